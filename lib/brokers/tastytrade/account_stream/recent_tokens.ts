import type { Secret } from "../rest/secret.ts";

const KEPT = 6;

/** The access tokens used last, newest first: what no text of the server may bring to a page. */
export class RecentTokens {
  readonly #tokens: Secret[] = [];

  /** Notes the token that is used from now on. */
  use(token: Secret): void {
    if (this.#tokens[0] === token) return;
    this.#tokens.unshift(token);
    this.#tokens.length = Math.min(this.#tokens.length, KEPT);
  }

  /** Those that are kept. */
  get all(): readonly Secret[] {
    return this.#tokens;
  }
}
