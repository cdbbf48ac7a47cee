import { Secret } from "../../base/secret.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import type { Settings } from "../settings.ts";

const VERSION = 2;

/** The settings with their secrets as the texts they are. */
interface BareSettings {
  readonly settings: Settings;
  readonly clientSecret: string;
  readonly refreshToken: string;
}

/**
 * The settings as the one line of JSON that the launcher hands to the server on a pipe: the only
 * place where their secrets are written out.
 */
export function encodeSettings(settings: Settings): string {
  const { tastytrade } = settings;
  return JSON.stringify({
    deltadeskSettings: VERSION,
    settings,
    clientSecret: tastytrade?.clientSecret.reveal() ?? "",
    refreshToken: tastytrade?.refreshToken.reveal() ?? "",
  });
}

function withSecrets({ settings, clientSecret, refreshToken }: BareSettings): Settings {
  const { tastytrade } = settings;
  if (tastytrade === null) return settings;
  return {
    ...settings,
    tastytrade: {
      ...tastytrade,
      clientSecret: new Secret(clientSecret),
      refreshToken: new Secret(refreshToken),
    },
  };
}

/** Reads such a line. It is written by the launcher of the same program, so its tag is enough. */
export function parseSettings(line: string): Result<Settings, "notSettings"> {
  try {
    const raw: unknown = JSON.parse(line);
    const isTagged = typeof raw === "object" && raw !== null &&
      "deltadeskSettings" in raw && raw.deltadeskSettings === VERSION && "settings" in raw;
    return isTagged ? ok(withSecrets(raw as unknown as BareSettings)) : fail("notSettings");
  } catch (error) {
    if (error instanceof SyntaxError) return fail("notSettings");
    throw error;
  }
}
