import assert from "node:assert/strict";
import { COLUMNS } from "@/lib/portfolio/overview/columns.ts";

const ROOT = new URL("../", import.meta.url);
const SHEETS = [
  "tokens",
  "base",
  "shell",
  "page",
  "login",
  "connect",
  "table",
  "controls",
  "charts",
  "narrow",
];

function read(path: string): string {
  return Deno.readTextFileSync(new URL(path, ROOT));
}

function sources(folder: string): { path: string; text: string }[] {
  return [...Deno.readDirSync(new URL(`${folder}/`, ROOT))].flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) return sources(path);
    return /\.tsx?$/.test(path) && !/_test\./.test(path) ? [{ path, text: read(path) }] : [];
  });
}

Deno.test("styles: every column has in the sheet the width that columns.ts says", () => {
  const css = read("static/css/table.css");
  for (const column of COLUMNS) {
    const rule = new RegExp(`col\\[data-c="${column.id}"\\] \\{ inline-size: ([\\d.]+)ch; \\}`);
    const width = rule.exec(css)?.[1];

    assert.equal(width === undefined ? null : Number(width), column.width, column.id);
  }
});

Deno.test("CSP: no page or island writes a style attribute or an inline handler", () => {
  for (
    const { path, text } of [...sources("components"), ...sources("islands"), ...sources("routes")]
  ) {
    assert.doesNotMatch(text, /\sstyle=/, path);
    assert.doesNotMatch(text, /dangerouslySetInnerHTML|\.innerHTML\b|setAttribute\("style"/, path);
  }
});

Deno.test("T-017: styles and fonts come from the desk itself, licences beside them", () => {
  for (const name of SHEETS) {
    const css = read(`static/css/${name}.css`);
    assert.doesNotMatch(css, /https?:|@import|url\("\/\//, name);
    for (const [, file] of css.matchAll(/url\("\.\.\/([^"]+)"\)/g)) {
      assert.ok(Deno.statSync(new URL(`static/${file}`, ROOT)).isFile, file);
    }
  }
  assert.match(read("static/fonts/LICENSE-newsreader.txt"), /SIL OPEN FONT LICENSE/i);
  assert.match(read("static/fonts/LICENSE-source-sans-3.txt"), /SIL OPEN FONT LICENSE/i);
});

Deno.test("styles: a sheet uses only tokens that exist, and colours only through them", () => {
  const known = new Set(read("static/css/tokens.css").match(/--[\w-]+(?=:)/g));
  for (const name of SHEETS.slice(1)) {
    const css = read(`static/css/${name}.css`);
    const own = new Set(css.match(/--[\w-]+(?=:)/g));
    for (const [, token] of css.matchAll(/var\((--[\w-]+)(?=\))/g)) {
      const isSetByScript = token === "--lines-height";
      assert.ok(known.has(token) || own.has(token) || isSetByScript, `${name}: ${token}`);
    }
    const colors = css.replace(/light-dark\([^)]*\)/g, "").match(/#[0-9a-f]{3,8}\b(?=[;,\s)])/gi);
    assert.equal(colors, null, `${name}: ${colors}`);
  }
});
