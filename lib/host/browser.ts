/** What decides whether there is a browser to open. */
export interface BrowserSurroundings {
  readonly os: string;
  readonly environment: ReadonlyMap<string, string>;
}

/**
 * The program that opens a page in the user's browser, or null where there is none: a Linux without
 * a display, and any CI run.
 */
export function browserProgram(surroundings: BrowserSurroundings): string | null {
  const { os, environment } = surroundings;
  const isSet = (name: string) => (environment.get(name) ?? "") !== "";
  if (isSet("CI") && environment.get("CI") !== "false") return null;
  if (os === "darwin") return "open";
  const hasDisplay = isSet("DISPLAY") || isSet("WAYLAND_DISPLAY");
  return os === "linux" && hasDisplay ? "xdg-open" : null;
}

/** Opens a page; false when the program is missing or says that it failed. */
export async function openPage(program: string, url: string): Promise<boolean> {
  try {
    const command = new Deno.Command(program, {
      args: [url],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    });
    const child = command.spawn();
    child.unref();
    return (await child.status).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    if (error instanceof Deno.errors.PermissionDenied) return false;
    throw error;
  }
}
