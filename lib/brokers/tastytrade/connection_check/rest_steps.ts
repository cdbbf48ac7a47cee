import { ok, type Result } from "../../../base/result.ts";
import { chooseAccounts } from "../../../domain/account_choice.ts";
import { formatAge } from "../../../format/time.ts";
import { listed, plural } from "../../../format/words.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { Timers } from "../../../ports/timers.ts";
import { type AccountRecord, readAccounts } from "../map/accounts.ts";
import { isDelayed } from "../feed/quote_tokens.ts";
import { Drift, Fields } from "../map/fields.ts";
import { readHeldRows } from "../map/positions.ts";
import { type LeveledQuoteToken, readQuoteToken } from "../map/quote_token.ts";
import { type RestFailure, restFailure } from "../rest/failure.ts";
import { pathSegment } from "../rest/query.ts";
import type { Envelope, RestTransport } from "../rest/transport.ts";
import { deadline } from "../rest/waiting.ts";
import { clockFault, NO_QUOTE_TOKEN } from "./feed_faults.ts";
import { type FaultContext, GRANT_LINES, restDetail, restFault } from "./rest_faults.ts";
import { failed, type Finding, passed } from "./steps.ts";

/** What the steps over REST need. */
export interface RestStepsOptions {
  readonly transport: RestTransport;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly context: FaultContext;
  /** Accounts that the desk is told to load; empty: all. */
  readonly accounts: readonly string[];
  /** True: an account that is not there keeps the desk from loading. */
  readonly requiresAccounts: boolean;
}

const STEP_MS = 10_000;
const SKEW_MAX_MS = 60_000;
const LOGIN_KINDS: ReadonlySet<RestFailure["kind"]> = new Set(
  ["unauthorized", "forbidden", "loginNeeded"],
);

/** The steps that are calls of the REST service, each sent once and never retried here. */
export class RestSteps {
  readonly #options: RestStepsOptions;
  readonly #drift = new Drift();
  #numbers: readonly string[] = [];
  #token: LeveledQuoteToken | null = null;

  constructor(options: RestStepsOptions) {
    this.#options = options;
  }

  /** The token that the quote token step got; null before. A secret. */
  get quoteToken(): LeveledQuoteToken | null {
    return this.#token;
  }

  /** Step 1: an access token is given for the grant. */
  async signIn(signal: AbortSignal): Promise<Finding> {
    const { transport, timers } = this.#options;
    return await this.#timed(async () => {
      const limit = deadline(timers, STEP_MS, [signal]);
      const token = await transport.tokens.token(limit.signal);
      limit.end();
      if (token.ok) return ok(null);
      if (!limit.isOver) return token;
      return { ok: false, error: restFailure("timeout", "login: no answer") };
    }, () => passed("token given"));
  }

  /** Step 2: the login sees accounts, and those that the desk is to load. */
  async accounts(signal: AbortSignal): Promise<Finding> {
    return await this.#asked("/customers/me/accounts", signal, (envelope) => {
      const items = itemsOf(envelope);
      if (items === null) return null;
      return this.#judgeAccounts(readAccounts(items, this.#drift));
    });
  }

  /** Step 3: the positions of every chosen account arrive. */
  async positions(signal: AbortSignal): Promise<Finding> {
    let legs = 0;
    for (const number of this.#numbers) {
      const path = `/accounts/${pathSegment(number)}/positions`;
      const finding = await this.#asked(path, signal, (envelope) => {
        const items = itemsOf(envelope);
        if (items === null) return null;
        legs += readHeldRows(items, this.#drift).rows.length;
        return passed("");
      });
      if (finding.state !== "passed") return finding;
    }
    return passed(`${plural(legs, "leg")} in ${plural(this.#numbers.length, "account")}`);
  }

  /** Step 4: a token for the feed is given. */
  async quoteTokenStep(signal: AbortSignal): Promise<Finding> {
    return await this.#asked("/api-quote-tokens", signal, (envelope) => {
      const fields = Fields.of(envelope?.data ?? envelope, "quoteToken", this.#drift);
      this.#token = fields === null ? null : readQuoteToken(fields);
      return this.#token === null ? null : this.#judgeToken(this.#token);
    }, (failure) => isNoCustomer(failure) ? NO_QUOTE_TOKEN : null);
  }

  #judgeAccounts(records: readonly AccountRecord[]): Finding {
    const open = records.filter(({ isClosed }) => !isClosed).map(({ account }) => account);
    if (open.length === 0) return noOpenAccount(records.length);
    const choice = chooseAccounts(open, this.#options.accounts);
    const isMissing = choice.unknown.length > 0 && this.#options.requiresAccounts;
    if (isMissing || choice.indices.length === 0) {
      return noSuchAccount(choice.unknown, open.map(({ nickname }) => nickname));
    }
    this.#numbers = choice.indices.map((index) => open[index].number);
    const closed = records.length - open.length;
    const words = plural(this.#numbers.length, "account");
    return passed(closed === 0 ? words : `${words}, ${closed} closed left out`);
  }

  #judgeToken({ level, url, issuedAt, expiresAt }: LeveledQuoteToken): Finding {
    const now = this.#options.clock.now();
    if (issuedAt !== null && Math.abs(issuedAt - now) > SKEW_MAX_MS) {
      return failed("clocks differ", clockFault(issuedAt - now));
    }
    const words = [
      level === null ? "given" : `level ${level}`,
      isDelayed({ url, level }) ? "delayed by 15 min" : "",
      expiresAt === null ? "" : `for ${formatAge(expiresAt - now)}`,
    ];
    return passed(words.filter((word) => word !== "").join(", "));
  }

  /** `read` answers null for what cannot be read; `own` a fault better than the general one. */
  async #asked(
    path: string,
    signal: AbortSignal,
    read: (envelope: Envelope) => Finding | null,
    own: (failure: RestFailure) => Finding["fault"] = () => null,
  ): Promise<Finding> {
    const { transport } = this.#options;
    const call = { method: "GET", path, query: "", body: null } as const;
    let finding: Finding | null = null;
    return await this.#timed(
      async () => {
        const reply = await transport.send(call, { signal, triesMax: 1, deadlineMs: STEP_MS });
        if (!reply.ok) return reply;
        finding = read(reply.value);
        if (finding !== null) return ok(null);
        return { ok: false, error: restFailure("malformed", `${path}: the answer cannot be read`) };
      },
      () => finding ?? passed(""),
      own,
    );
  }

  async #timed(
    ask: () => Promise<Result<unknown, RestFailure>>,
    found: () => Finding,
    own: (failure: RestFailure) => Finding["fault"] = () => null,
  ): Promise<Finding> {
    const { clock, context } = this.#options;
    const startedAt = clock.monotonic();
    const outcome = await ask();
    if (outcome.ok) return found();
    const { error } = outcome;
    const detail = restDetail(error, clock.monotonic() - startedAt);
    const ownFault = own(error);
    const fault = ownFault ?? restFault(error, context);
    const isLoginRefused = ownFault === null && LOGIN_KINDS.has(error.kind);
    return { ...failed(detail, fault), isLoginRefused, retryAfterMs: error.retryAfterMs };
  }
}

function itemsOf(envelope: Envelope): unknown[] | null {
  const data = envelope?.data;
  const items = typeof data === "object" && data !== null && "items" in data ? data.items : null;
  return Array.isArray(items) ? items : null;
}

function isNoCustomer({ kind, status, brokerCode }: RestFailure): boolean {
  return kind === "forbidden" || status === 404 || /customer_not_found/.test(brokerCode ?? "");
}

function noOpenAccount(closedCount: number): Finding {
  return failed(
    closedCount === 0 ? "no account" : `${plural(closedCount, "account")}, all closed`,
    {
      headline: closedCount === 0 ? "this login has no account" : "every account is closed",
      cause: "The sign-in works, but tastytrade lists no open account for it.",
      remedy: [
        "See at my.tastytrade.com whether the account is open or still being checked.",
        "If you have several logins, make the grant with the one that owns the account.",
        GRANT_LINES,
      ],
    },
  );
}

function noSuchAccount(unknown: readonly string[], there: readonly string[]): Finding {
  return failed(`no ${listed(unknown)}`, {
    headline: `no account is named ${listed(unknown)}`,
    cause: `This login has ${listed(there)}. The desk is told to load others and loads none.`,
    remedy: [
      `Name accounts by nickname or last four digits: **--accounts ${there.join(",")}**.`,
      "Or leave **--accounts** and **DELTADESK_ACCOUNTS** out to load all of them.",
      "Start the desk again: it reads its settings at the start.",
    ],
  });
}
