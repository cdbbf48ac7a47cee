import { escaped, type Field, frame, glued, Incoming, UNSET } from "./codec.ts";
import {
  FIRST,
  found,
  HELD,
  type Held,
  IGNORED,
  LISTED,
  type Listed,
  RATES,
  SECOND,
} from "./listing.ts";
import { speak } from "./ticks.ts";
import {
  detailsOf,
  type Executed,
  executionOf,
  openOrderOf,
  portfolioOf,
  positionOf,
} from "./words.ts";

/** Fields of each request behind its id, by ib.md; [least, most]. */
const FIELDS: Readonly<Record<string, readonly [number, number]>> = {
  "1": [19, 22],
  "2": [2, 2],
  "5": [1, 1],
  "6": [3, 3],
  "7": [9, 9],
  "8": [2, 2],
  "9": [18, 18],
  "16": [1, 1],
  "20": [22, 22],
  "25": [2, 2],
  "49": [1, 1],
  "59": [2, 2],
  "61": [1, 1],
  "62": [4, 4],
  "63": [2, 2],
  "64": [1, 1],
  "71": [3, 3],
  "78": [5, 5],
  "92": [3, 3],
  "93": [1, 1],
  "94": [4, 4],
  "95": [1, 1],
};
/** Lengths that what is written is cut into, in turn. */
const CUTS = [1, 3, 2, 900, 5, 40_000, 4, 33];

/** What all clients of a TWS have in common. */
export interface House {
  readonly version: number;
  readonly held: readonly Held[];
  readonly executions: readonly { readonly told: Executed; readonly costs: string }[];
  readonly linesMax: number;
  readonly isLiveSold: boolean;
  /** Requests as they came, and those that are none. */
  readonly asked: string[][];
  readonly problems: string[];
  /** Others have all the summaries that there may be. */
  readonly isSummaryTaken: boolean;
  /** Its positions have a field too many. */
  readonly isTalkative: boolean;
  /** Contracts about which nothing is answered. */
  readonly unsaid: ReadonlySet<number>;
  /** Contracts of lines that were granted, and how many were not. */
  readonly spoken: number[];
  refusedCount: number;
  readonly now: () => number;
  takeSilence(): boolean;
  takeClash(): boolean;
}

/** One client at the stranger's table. */
export class Session {
  readonly lines = new Map<string, Listed>();
  readonly #stranger: House;
  readonly #connection: Deno.TcpConn;
  readonly #incoming = new Incoming();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #outgoing: Uint8Array[] = [];
  #writing: Promise<void> | null = null;
  #type = 1;
  #beats = 100;
  #cut = 0;
  #isOpen = true;

  constructor(stranger: House, connection: Deno.TcpConn) {
    this.#stranger = stranger;
    this.#connection = connection;
  }

  /** Listens until either side ends. */
  async run(): Promise<void> {
    const piece = new Uint8Array(65_536);
    try {
      for (let count; this.#isOpen && (count = await this.#connection.read(piece)) !== null;) {
        for (const fields of this.#incoming.take(piece.subarray(0, count))) this.#hear(fields);
      }
    } catch (error) {
      if (this.#isOpen && !(error instanceof Deno.errors.ConnectionReset)) throw error;
    } finally {
      await this.#writing;
      this.end();
    }
  }

  end(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    if (this.#isOpen) this.#connection.close();
    this.#isOpen = false;
  }

  /** Ends it in the middle of a frame. */
  async cut(): Promise<void> {
    const whole = frame(["46", "6", "1000001", "45", "1795000000"]);
    this.#outgoing.push(whole.subarray(0, 9));
    await this.#flush();
    this.end();
  }

  readonly say = (...fields: Field[]): void => {
    this.#outgoing.push(frame(fields));
    this.#writing ??= Promise.resolve().then(() => this.#flush());
  };

  /** Something of the whole, or of a request. */
  notice(code: number, text: string, id: Field = "-1"): void {
    this.say("4", "2", id, code, escaped(text), "");
  }

  /** Another ask of what somebody listens to. */
  ask(listed: Listed, price: number): void {
    for (const [id, one] of this.lines) if (one === listed) this.say("1", "6", id, 2, price, 1, 0);
  }

  /** Forgets who listens to what, as after 1101. */
  forget(): void {
    this.lines.clear();
  }

  async #flush(): Promise<void> {
    while (this.#outgoing.length > 0 && this.#isOpen) {
      const all = glued(this.#outgoing);
      this.#outgoing = [];
      try {
        for (let at = 0; at < all.length && this.#isOpen;) {
          const length = CUTS[this.#cut++ % CUTS.length];
          at += await this.#connection.write(all.subarray(at, at + length));
        }
      } catch (error) {
        const isGone = error instanceof Deno.errors.BrokenPipe ||
          error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BadResource;
        if (!isGone) throw error;
      }
    }
    this.#writing = null;
  }

  #later(delayMs: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (this.#isOpen) work();
    }, delayMs);
    this.#timers.add(timer);
  }

  #hear(fields: string[]): void {
    const stranger = this.#stranger;
    stranger.asked.push(fields);
    const [id, ...rest] = fields;
    if (id === "API\0") {
      if (!/^v\d+\.\.\d+/.test(rest[0])) stranger.problems.push(`greeting ${rest[0]}`);
      if (stranger.takeSilence()) return;
      return this.say(stranger.version, "20261118 10:05:00 Eastern Standard Time");
    }
    const [least, most] = FIELDS[id] ?? [0, 99];
    if (FIELDS[id] === undefined || rest.length < least || rest.length > most) {
      stranger.problems.push(`request ${fields.join("|")}`);
      return this.notice(321, "Error reading request ☂");
    }
    if (!this.#hearOfAccounts(id, rest)) this.#hearOfMarket(id, rest);
  }

  #hearOfAccounts(id: string, rest: string[]): boolean {
    switch (id) {
      case "71":
        this.#begin();
        return true;
      case "49":
        this.say("49", "1", Math.round(this.#stranger.now() / 1000));
        return true;
      case "61":
        this.#positions();
        return true;
      case "6":
        if (rest[1] === "1") this.#updates(rest[2]);
        else this.notice(2100, "API client has been unsubscribed from account data.");
        return true;
      case "62":
        this.#summary(rest[1]);
        return true;
      case "7":
        this.#executions(rest[1]);
        return true;
      case "16":
      case "5":
        this.#orders();
        return true;
      case "92":
        this.say("94", rest[0], UNSET, UNSET, UNSET);
        return true;
      case "94":
        this.say("95", rest[0], "1", UNSET, UNSET, UNSET, UNSET);
        return true;
      default:
        return false;
    }
  }

  #hearOfMarket(id: string, rest: string[]): void {
    switch (id) {
      case "9":
        return this.#details(rest[1], rest.slice(2, 14));
      case "59":
        this.#type = Number(rest[1]);
        return;
      case "1":
        return this.#subscribe(rest[1], found(rest.slice(2, 14)));
      case "2":
        this.lines.delete(rest[1]);
        // Whoever cancels is told that there was nothing to cancel.
        return this.notice(300, "Can't find EId with tickerId:" + rest[1], rest[1]);
      case "20":
        return this.#bars(rest[0], Number(rest[1]));
      case "25":
        return this.notice(366, "No historical data query found", rest[1]);
    }
  }

  #begin(): void {
    if (this.#stranger.takeClash()) {
      this.notice(326, "Unable to connect as the client id is already in use.");
      this.#later(20, () => this.end());
      return;
    }
    this.say("9", "1", "1");
    this.say("15", "1", `${SECOND},${IGNORED},${FIRST},`);
    this.say("107", "0", "white-brand");
    this.#later(120, () => {
      this.notice(2119, "Market data farm is connecting:usfarm");
      this.notice(2104, "Market data farm connection is OK:usfarm");
      this.notice(2107, "HMDS data farm connection is inactive but should be available:ushmds");
      this.notice(2158, "Sec-def data farm connection is OK:secdefil");
    });
  }

  #positions(): void {
    const { held } = this.#stranger;
    if (held.length === 0) return this.say("62", "1");
    // Lines of the portfolio come before the positions.
    for (const one of HELD.slice(0, 3)) this.say(...portfolioOf(one));
    const more = this.#stranger.isTalkative ? ["more"] : [];
    for (const one of held) this.say(...positionOf(one), ...more);
    this.say("62", "1");
  }

  #updates(account: string): void {
    const value = (key: string, amount: Field, currency: string) =>
      this.say("6", "2", key, amount, currency, account);
    value("AccountReady", "false", "");
    for (const one of HELD) if (one.account === account) this.say(...portfolioOf(one));
    value("NetLiquidation-S", "1", "EUR");
    value("Currency", "EUR", "EUR");
    value("CashBalance", UNSET, "ZZZ");
    if (this.#stranger.isSummaryTaken) this.#values(account, value);
    this.say("8", "1", "10:05");
    this.#later(60, () => {
      value("AccountReady", "true", "");
      this.say("54", "1", account);
    });
  }

  #summary(id: string): void {
    if (this.#stranger.isSummaryTaken) return this.notice(322, "Maximum number exceeded ☂", id);
    for (const account of [IGNORED, SECOND, FIRST]) {
      this.#values(account, (...row) => this.say("63", "1", id, account, ...row));
    }
    this.say("64", "1", id);
  }

  #values(account: string, row: (tag: string, value: Field, currency: string) => void): void {
    const isShown = account !== IGNORED;
    row("CashBalance", "999999", "BASE");
    row("CashBalance", isShown ? "1000.5" : "1e9", "USD");
    row("CashBalance", isShown ? "-250.25" : "1e9", "EUR");
    row("CashBalance", "0.004", "GBP");
    for (const [currency, rate] of Object.entries(RATES)) row("ExchangeRate", rate, currency);
    row("ExchangeRate", "1", "BASE");
    row("NetLiquidation", isShown ? "123456.78" : "1e9", "EUR");
  }

  #executions(id: string): void {
    const { version, executions } = this.#stranger;
    for (const { told, costs } of executions) {
      const cost = () => this.say("59", "1", told.execId, costs, "USD", UNSET, UNSET, "");
      // The cost comes before and after, and the execution twice.
      cost();
      this.say(...executionOf(id, told, version));
      this.say(...executionOf(id, told, version));
      cost();
    }
    this.say("55", "1", id);
  }

  #orders(): void {
    const { version } = this.#stranger;
    const status = (state: string) =>
      this.say("3", "31", state, "1", "2", "4.4", "900032", "0", "4.4", "77", "", UNSET);
    status("PreSubmitted");
    this.say(...openOrderOf(FIRST, LISTED.put, version));
    this.say(...openOrderOf(IGNORED, LISTED.spy, version).with(1, "32").with(25, "900033"));
    status("Submitted");
    status("Submitted");
    this.say("53", "1");
  }

  #details(id: string, asked: string[]): void {
    const all = found(asked);
    if (all.some(({ conId }) => this.#stranger.unsaid.has(conId))) return;
    if (all.length === 0) return this.notice(200, "No security definition has been found ☂", id);
    for (const one of all) this.say(...detailsOf(id, one, this.#stranger.version));
    this.say("52", "1", id);
  }

  #subscribe(id: string, all: readonly Listed[]): void {
    const { linesMax, problems, isLiveSold } = this.#stranger;
    const [one] = all;
    if (all.length !== 1) return this.notice(200, "ambiguous", id);
    if (this.lines.has(id)) problems.push(`request ${id} twice`);
    if (this.lines.size >= linesMax) {
      this.#stranger.refusedCount++;
      return this.notice(101, "Max number of tickers has been reached", id);
    }
    const isLive = isLiveSold && one.voice !== "delayed";
    if (one.voice === "mute") return this.notice(354, "Not subscribed.", id);
    if (!isLive && this.#type < 3) {
      return this.notice(354, "Requested market data is not subscribed. Delayed available.", id);
    }
    this.lines.set(id, one);
    this.#stranger.spoken.push(one.conId);
    if (!isLive) this.notice(10167, "Requested … not subscribed. Displaying delayed", id);
    // Types and parameters: none for some, twice for others.
    const times = (one.conId + 2) % 3;
    for (let i = 0; i < times; i++) {
      this.say("58", "1", id, isLive ? 1 : 3);
      this.say("81", id, "0.01", "9c0001", "3");
    }
    speak(this.say, id, one, !isLive);
    if (one === LISTED.spy) this.#beat(id, isLive ? 2 : 67);
  }

  /** The reference goes on, with the same price. */
  #beat(id: string, type: number): void {
    this.#later(150, () => {
      if (!this.lines.has(id)) return;
      this.say("2", "6", id, type === 2 ? 3 : 70, this.#beats++);
      this.#beat(id, type);
    });
  }

  #bars(id: string, conId: number): void {
    if (conId !== LISTED.spy.conId) {
      return this.notice(162, "Historical Market Data Service error message: no data ☂", id);
    }
    const bars = [["20261116", 598], ["20261117", 600]].flatMap((
      [date, open],
    ) => [date, open, Number(open) + 3, Number(open) - 2, Number(open) + 1, "-1", "-1", "-1"]);
    this.say("17", id, "20261115  00:00:00", "20261118  00:00:00", 2, ...bars);
  }
}
