import { join } from "node:path";
import { ASSET_KEY } from "./build_id.ts";
import { type Context, internalsOf } from "./context.ts";
import type { Snapshot, StaticFile } from "./snapshot.ts";
import type { Middleware } from "./handlers.ts";

const IMMUTABLE = "public, max-age=31536000, immutable";
const UNCACHED = "no-cache, no-store, max-age=0, must-revalidate";

/**
 * Serves the files of `static/` and the built chunks. Only files that the build has listed exist
 * for it, so no path leads elsewhere. A file may be cached for good when its URL names the build.
 */
export function staticFiles<State>(): Middleware<State> {
  return async (ctx) => {
    const { snapshot } = internalsOf(ctx);
    const path = requestPath(ctx.url.pathname, ctx.config.basePath);
    if (snapshot === null || path === null) return await ctx.next();
    const file = snapshot.staticFiles.get(path);
    if (file === undefined) {
      // A page of an earlier build asks for chunks that are gone; an HTML page is no answer.
      const isMissing = path.startsWith("/_fresh/js/") || path === "/favicon.ico";
      return isMissing ? plain(404, { "cache-control": "no-store" }) : await ctx.next();
    }
    if (ctx.req.method !== "GET" && ctx.req.method !== "HEAD") {
      return plain(405, { allow: "GET, HEAD" });
    }
    return await answerFile(ctx, file, path, snapshot);
  };
}

function plain(status: number, headers: HeadersInit): Response {
  return new Response(null, { status, headers });
}

function requestPath(pathname: string, basePath: string): string | null {
  if (!pathname.startsWith(basePath)) return null;
  try {
    return decodeURIComponent(pathname.slice(basePath.length));
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

async function answerFile<State>(
  ctx: Context<State>,
  file: StaticFile,
  path: string,
  { buildId }: Snapshot,
): Promise<Response> {
  const key = ctx.url.searchParams.get(ASSET_KEY);
  if (key !== null && key !== buildId) return plain(307, { location: withoutKey(ctx.url) });
  const isDevelopment = ctx.config.mode === "development";
  const isPinned = key !== null || path.startsWith(`/_fresh/js/${buildId}/`);
  const etag = `W/"${file.hash}"`;
  const headers = new Headers({
    "content-type": file.contentType,
    "cache-control": isPinned && !isDevelopment ? IMMUTABLE : UNCACHED,
    "x-content-type-options": "nosniff",
    vary: "If-None-Match",
  });
  if (!isDevelopment) {
    headers.set("etag", etag);
    if (isNotModified(ctx.req, file.hash)) return new Response(null, { status: 304, headers });
  }
  const bytes = await readContent(file, ctx.config.root);
  if (bytes === null) return plain(404, { "cache-control": "no-store" });
  headers.set("content-length", String(bytes.length));
  return new Response(ctx.req.method === "HEAD" ? null : bytes, { headers });
}

function withoutKey(url: URL): string {
  const clean = new URL(url);
  clean.searchParams.delete(ASSET_KEY);
  return clean.pathname + clean.search;
}

function isNotModified(req: Request, hash: string): boolean {
  const header = req.headers.get("if-none-match");
  if (header === null) return false;
  return header.split(",").some((tag) => {
    const value = tag.trim().replace(/^W\//, "").replaceAll('"', "");
    return value === "*" || value === hash;
  });
}

/** The bytes of a file, null when it has gone since the build. */
async function readContent(
  { content }: StaticFile,
  root: string,
): Promise<Uint8Array<ArrayBuffer> | null> {
  if (typeof content !== "string") return content;
  try {
    return await Deno.readFile(join(root, content));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
