import { fail, ok, type Result } from "../../../base/result.ts";
import type { GrantedToken } from "./access_tokens.ts";
import { type RestFailure, restFailure } from "./failure.ts";
import { Secret } from "./secret.ts";

/** Path of the login. */
export const LOGIN_PATH = "/oauth/token";

/** What proves who we are. Source: tastytrade.md §3.1. */
export interface Credentials {
  readonly clientSecret: Secret;
  readonly refreshToken: Secret;
}

const LIFE_DEFAULT_MS = 900_000;
const LIFE_MAX_MS = 86_400_000;

/** Body of the login: the one place besides the header where secrets are written. */
export function loginBody({ clientSecret, refreshToken }: Credentials, scope: string): string {
  return JSON.stringify({
    grant_type: "refresh_token",
    refresh_token: refreshToken.reveal(),
    client_secret: clientSecret.reveal(),
    scope,
  });
}

function lifeMs(seconds: unknown): number {
  const life = typeof seconds === "number" || typeof seconds === "string" ? Number(seconds) : NaN;
  return life > 0 ? Math.min(life * 1000, LIFE_MAX_MS) : LIFE_DEFAULT_MS;
}

/** Reads the answer of the login, which has no envelope. 15 minutes where it names no life. */
export function grantedToken(
  json: Readonly<Record<string, unknown>> | null,
): Result<GrantedToken, RestFailure> {
  const text = json?.access_token;
  if (typeof text !== "string" || !/^[\x21-\x7e]+$/.test(text)) {
    return fail(restFailure("malformed", `POST ${LOGIN_PATH}: no access token in the answer`));
  }
  return ok({ token: new Secret(text), lifeMs: lifeMs(json?.expires_in) });
}
