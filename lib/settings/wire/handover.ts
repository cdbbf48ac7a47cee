import { fail, ok, type Result } from "../../base/result.ts";
import type { Settings } from "../settings.ts";

const VERSION = 1;

/** The settings as the one line of JSON that the launcher hands to the server. */
export function encodeSettings(settings: Settings): string {
  return JSON.stringify({ deltadeskSettings: VERSION, settings });
}

/** Reads such a line. It is written by the launcher of the same program, so its tag is enough. */
export function parseSettings(line: string): Result<Settings, "notSettings"> {
  try {
    const raw: unknown = JSON.parse(line);
    const isTagged = typeof raw === "object" && raw !== null &&
      "deltadeskSettings" in raw && raw.deltadeskSettings === VERSION && "settings" in raw;
    return isTagged ? ok(raw.settings as Settings) : fail("notSettings");
  } catch (error) {
    if (error instanceof SyntaxError) return fail("notSettings");
    throw error;
  }
}
