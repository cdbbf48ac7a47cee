import assert from "node:assert/strict";
import { withSettings } from "./readme_settings.ts";

Deno.test("README: the table of settings is the one that the launcher takes", () => {
  const readme = Deno.readTextFileSync(new URL("../README.md", import.meta.url));

  const normal = (text: string) => text.replace(/ *\| */g, "|").replace(/-{3,}/g, "---");

  assert.equal(normal(readme), normal(withSettings(readme)));
  assert.ok(readme.includes("`--replay DIR`"));
});
