import { encodeProps } from "./codec_encode.ts";
import type { RenderState } from "./render_state.ts";
import { clientEntry, type Island } from "./snapshot.ts";

const ESCAPES: Record<string, string> = {
  "<": "\\u003C",
  "\u2028": "\\u2028",
  "\u2029": "\\u2029",
};

/** A string literal that cannot end its script element, open a comment or end a line. */
export function scriptString(text: string): string {
  return JSON.stringify(text).replaceAll(/[<\u2028\u2029]/g, (char) => ESCAPES[char]);
}

function importOf(island: Island, index: number, basePath: string): string {
  return `import{${island.exportName} as I${index}}from${scriptString(basePath + island.chunk)};`;
}

/** The module that hydrates the islands of a page. Throws TypeError for props it cannot send. */
export function bootScript(state: RenderState): string {
  const { basePath, islands, buildId } = state;
  const runtime = scriptString(basePath + clientEntry(buildId));
  const imports = islands.map((island, index) => importOf(island, index, basePath)).join("");
  const names = islands.map((_, index) => `I${index}`).join(",");
  const payload = scriptString(encodeBoundaries(state));
  return `import{boot}from${runtime};${imports}boot([${names}],${payload});`;
}

function encodeBoundaries({ boundaries, islands }: RenderState): string {
  try {
    return encodeProps(boundaries);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const message = error.message.replace(/^props\[(\d+)\]\[1\]/, (_, index) => {
      const [island] = boundaries[Number(index)];
      return islands[island].component.name;
    });
    throw new TypeError(message, { cause: error });
  }
}
