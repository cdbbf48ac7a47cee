/**
 * Prerequisites that a test may lack on a user's machine. Under `DELTADESK_REQUIRE` (a comma list,
 * or `all`) a missing one fails the test instead of skipping it.
 */
export type Prerequisite = "shared" | "chromium" | "strace" | "npm" | "tmpfs";

/** Folder of the market data and reference values, beside the project. */
export const SHARED = new URL("../../shared/", import.meta.url);

const CHROMIUM_PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

function exists(path: string | URL): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function onPath(command: string): boolean {
  return (Deno.env.get("PATH") ?? "").split(":").some((dir) => exists(`${dir}/${command}`));
}

/** Path of a Chromium, or null. `CHROMIUM` in the environment wins. */
export function chromiumPath(): string | null {
  const named = Deno.env.get("CHROMIUM");
  return named ?? CHROMIUM_PATHS.find(exists) ?? null;
}

/** Whether this user may mount a small file system in memory; tried once. */
function canMount(): boolean {
  const folder = Deno.makeTempDirSync({ prefix: "deltadesk-mount-" });
  const run = (command: string, ...args: string[]) =>
    onPath(command) &&
    new Deno.Command(command, { args, stdout: "null", stderr: "null" }).outputSync().success;
  const isMounted = run("mount", "-t", "tmpfs", "-o", "size=64k", "none", folder);
  if (isMounted) run("umount", folder);
  Deno.removeSync(folder);
  return isMounted;
}

function isThere(what: Prerequisite): boolean {
  switch (what) {
    case "shared":
      return exists(new URL("data/README.md", SHARED));
    case "chromium":
      return chromiumPath() !== null;
    case "strace":
    case "npm":
      return onPath(what);
    case "tmpfs":
      return canMount();
  }
}

function isRequired(what: Prerequisite): boolean {
  const list = (Deno.env.get("DELTADESK_REQUIRE") ?? "").split(",");
  return list.includes("all") || list.includes(what);
}

/**
 * Registers a test that needs something of the machine. Where it is absent the test is skipped and
 * its name printed with the reason; where it is required the test fails instead.
 */
export function testWith(
  needs: readonly Prerequisite[],
  options: Deno.TestDefinition,
): void {
  const missing = needs.filter((what) => !isThere(what));
  if (missing.length === 0) return Deno.test(options);
  if (missing.some(isRequired)) {
    return Deno.test({
      ...options,
      fn: () => {
        throw new Error(`required here but absent: ${missing.join(", ")}`);
      },
    });
  }
  console.warn(`skipped, ${missing.join(", ")} absent: ${options.name}`);
  Deno.test({ ...options, ignore: true });
}
