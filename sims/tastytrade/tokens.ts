import type { Clock } from "../../lib/ports/clock.ts";
import { Prng } from "../../lib/world/prng.ts";

const TOKENS_MAX = 5000;

/** How long tokens live. */
export interface TokenLives {
  readonly accessTokenLifeMs: number;
  readonly quoteTokenLifeMs: number;
}

/** A token as it is handed out. */
export interface IssuedToken {
  readonly token: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Access and quote tokens: issued, checked, ended by time or by hand. */
export class Tokens {
  /** True once the user has withdrawn the grant: no refresh succeeds any more. */
  isRefreshRevoked = false;
  /** Tokens handed out so far, by kind. */
  readonly issued = { access: 0, quote: 0 };
  readonly #clock: Clock;
  readonly #lives: TokenLives;
  readonly #random: Prng;
  readonly #access = new Map<string, number>();
  readonly #quote = new Map<string, number>();

  constructor(clock: Clock, lives: TokenLives, seed: number) {
    this.#clock = clock;
    this.#lives = lives;
    this.#random = new Prng(seed, "tokens");
  }

  /** A new access token. */
  issueAccess(): IssuedToken {
    this.issued.access++;
    return this.#issue(this.#access, "at", this.#lives.accessTokenLifeMs);
  }

  /** A new quote token. */
  issueQuote(): IssuedToken {
    this.issued.quote++;
    return this.#issue(this.#quote, "qt", this.#lives.quoteTokenLifeMs);
  }

  /** Instant at which an access token ends; null when it is unknown or has ended. */
  accessEndsAt(token: string): number | null {
    return this.#endsAt(this.#access, token);
  }

  /** Instant at which a quote token ends; null when it is unknown or has ended. */
  quoteEndsAt(token: string): number | null {
    return this.#endsAt(this.#quote, token);
  }

  /** Ends every access token now. */
  expireAccess(): void {
    this.#access.clear();
  }

  /** Ends every quote token now. */
  expireQuote(): void {
    this.#quote.clear();
  }

  #issue(kind: Map<string, number>, prefix: string, lifeMs: number): IssuedToken {
    const issuedAt = this.#clock.now();
    const word = (): string => this.#random.next().toString(36).padStart(7, "0");
    const token = `${prefix}_${word()}${word()}${word()}`;
    const expiresAt = issuedAt + lifeMs;
    kind.set(token, expiresAt);
    if (kind.size > TOKENS_MAX) {
      for (const oldest of kind.keys()) {
        kind.delete(oldest);
        break;
      }
    }
    return { token, issuedAt, expiresAt };
  }

  #endsAt(kind: Map<string, number>, token: string): number | null {
    const endsAt = kind.get(token);
    return endsAt === undefined || endsAt <= this.#clock.now() ? null : endsAt;
  }
}
