import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkApp } from "./check.ts";

const FIXTURE = fileURLToPath(new URL("./fixture", import.meta.url));

async function checkSource(main: string) {
  const folder = await Deno.makeTempDir({ prefix: "fresh_api_app_" });
  try {
    await Deno.writeTextFile(join(folder, "main.tsx"), main);
    return await checkApp(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the fixture app type-checks against the declaration of Fresh 2.3.3", async () => {
  const { isPortable, files, report } = await checkApp(FIXTURE);

  assert.equal(report, "");
  assert.equal(isPortable, true);
  assert.ok(files.includes("islands/Counter.tsx") && files.includes("routes/index.tsx"));
});

Deno.test("an app outside the project passes when it keeps to the declaration", async () => {
  const { report } = await checkSource(
    `import { App } from "fresh";
     export const app = new App<{ n: number }>()
       .get("/", (ctx) => ctx.render(<p>{ctx.state.n}</p>));`,
  );

  assert.equal(report, "");
});

Deno.test("it is the declaration that an app is checked against, not the host", async () => {
  const { report } = await checkSource(
    `import { App, cors } from "fresh";
     export const app = new App<unknown>().use(cors());`,
  );

  assert.equal(report, "");
});

Deno.test("an app that imports a name Fresh does not export fails", async () => {
  const { isPortable, report } = await checkSource(
    `import { App, attachSnapshot } from "fresh";
     export const app = new App<unknown>(); attachSnapshot;`,
  );

  assert.equal(isPortable, false);
  assert.match(report, /attachSnapshot/);
});

Deno.test("an app that passes what Fresh does not take fails", async () => {
  const { report } = await checkSource(
    `import { csp } from "fresh";
     export const policy = csp({ useNonces: true });`,
  );

  assert.match(report, /useNonces/);
});

for (const specifier of ["fresh/internal", "fresh/compat", "fresh/runtime-client"]) {
  Deno.test(`an app that imports ${specifier} fails`, async () => {
    const { isPortable, report } = await checkSource(
      `import * as inside from "${specifier}"; export const app = inside;`,
    );

    assert.equal(isPortable, false);
    assert.match(report, new RegExp(specifier));
  });
}

Deno.test("an app that imports the host past its import-map name fails", async () => {
  const { isPortable, report } = await checkSource(
    `import { App } from "jsr:@deltadesk/fresh-host@^0.1.0"; export const app = new App();`,
  );

  assert.equal(isPortable, false);
  assert.match(report, /real Fresh does not have/);
});
