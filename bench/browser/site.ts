/** The bench's pages on loopback. */
export interface Site {
  /** Address of the page of one candidate. */
  page(row: string, candidate: string): string;
  close(): Promise<void>;
}

const STATIC = new URL("../../static/", import.meta.url);
/** The sheets of the desk's own pages, in their order. */
const STYLES = ["tokens", "base", "shell", "page", "table", "controls", "charts", "narrow"];
const TYPES: Readonly<Record<string, string>> = {
  css: "text/css",
  js: "text/javascript",
  woff2: "font/woff2",
};

function pageText(scripts: readonly string[]): string {
  const sheets = STYLES.map((name) => `<link rel="stylesheet" href="/css/${name}.css">`).join("");
  const tags = scripts.map((path) => `<script src="${path}"></script>`).join("");
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>bench</title>${sheets}` +
    `<body><main id="stage"></main>${tags}</body></html>`;
}

async function staticFile(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
  if (!/^\/(css|fonts)\/[\w.-]+$/.test(path)) return null;
  try {
    return await Deno.readFile(new URL(`.${path}`, STATIC));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Serves the bundled scripts, the desk's style sheets and one page. */
export function serveSite(files: ReadonlyMap<string, Uint8Array>): Site {
  const scripts = [...files.keys()].sort((a, b) =>
    Number(a === "/page.js") - Number(b === "/page.js")
  );
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const path = new URL(request.url).pathname;
      if (path === "/") {
        return new Response(pageText(scripts), { headers: { "content-type": "text/html" } });
      }
      const content = files.get(path) ?? await staticFile(path);
      if (content === null) return new Response(null, { status: 404 });
      const type = TYPES[path.slice(path.lastIndexOf(".") + 1)];
      return new Response(new Uint8Array(content), { headers: { "content-type": type } });
    },
  );
  return {
    page: (row, candidate) =>
      `http://127.0.0.1:${server.addr.port}/?row=${row}&candidate=${encodeURIComponent(candidate)}`,
    close: () => server.shutdown(),
  };
}
