import type { Clock } from "../../../ports/clock.ts";
import type { Tcp } from "../../../ports/tcp.ts";
import type { Timers } from "../../../ports/timers.ts";
import { plural } from "../../../format/words.ts";
import { failed, type Finding, passed } from "../../connection/finding.ts";
import { IB_CODES } from "../codes.ts";
import { isPaper, missingWords, shownNumbers } from "../map/accounts.ts";
import type { IbAddress, IbNotice, OpenIbClient } from "../wire/client.ts";
import {
  clientIdFault,
  DROPPED,
  NO_ACCOUNT,
  NO_POSITIONS,
  NO_SERVERS,
  NOT_READY,
  OTHER_VERSION,
  portFault,
  SILENT,
} from "./faults.ts";
import { IbProbe, type WaitEnd } from "./probe.ts";

/** What the steps up to the positions need. */
export interface SessionStepsOptions {
  readonly address: IbAddress;
  /** Accounts of IB that were named; empty: all. */
  readonly accounts: readonly string[];
  readonly open: OpenIbClient;
  readonly tcp: Tcp;
  readonly clock: Clock;
  readonly timers: Timers;
}

const PORT_LIMIT_MS = 5_000;
const GREETING_LIMIT_MS = 10_000;
/** A session of ours that broke needs so long to die. Source: ib.md section 10, 326. */
const CLIENT_ID_WAIT_MS = 5_000;
const POSITIONS_LIMIT_MS = 20_000;

const VERSION_CODES: ReadonlySet<number> = new Set([
  IB_CODES.outdated,
  IB_CODES.undecoded,
  IB_CODES.unsupportedVersion,
]);
const ID_CODES: ReadonlySet<number> = new Set([IB_CODES.clientIdInUse, IB_CODES.badLength]);

/** Tests the steps from the port to the positions on a connection of their own. */
export class SessionSteps {
  readonly #options: SessionStepsOptions;
  #probe: IbProbe | null = null;

  constructor(options: SessionStepsOptions) {
    this.#options = options;
  }

  /** The connection once `handshake` was tested; later steps ask on it. */
  get probe(): IbProbe | null {
    return this.#probe;
  }

  /** Whether anything listens. */
  async port(signal: AbortSignal): Promise<Finding> {
    const { address, tcp, timers } = this.#options;
    const took = this.#stopwatch();
    const limit = new AbortController();
    const abort = () => limit.abort();
    signal.addEventListener("abort", abort);
    const timer = timers.setTimer(PORT_LIMIT_MS, abort);
    const reached = await tcp.reach(address.host, address.port, limit.signal);
    timer.cancel();
    signal.removeEventListener("abort", abort);
    if (reached.ok) return passed(`${address.host}, port ${address.port}, ${took()}`);
    const what = reached.error === "refused" ? "refused" : "no answer";
    return failed(`${what} after ${took()}`, portFault(reached.error, address));
  }

  /** Whether what listens is TWS and lets this machine in. */
  async handshake(signal: AbortSignal): Promise<Finding> {
    const { address, open, timers } = this.#options;
    const took = this.#stopwatch();
    const probe = new IbProbe({ address, open, timers });
    this.#probe = probe;
    const { seen } = probe;
    const end = await probe.until(() => seen.serverVersion !== null, GREETING_LIMIT_MS, signal);
    if (end === "met") return passed(`server version ${seen.serverVersion}, ${took()}`);
    if (this.#has(VERSION_CODES)) return failed("another version", OTHER_VERSION);
    if (this.#has(new Set([IB_CODES.connectFailed]))) {
      return failed(`refused after ${took()}`, portFault("refused", address));
    }
    return end === "late"
      ? failed(`silent for ${GREETING_LIMIT_MS / 1000} s`, SILENT)
      : failed(`closed after ${took()}`, DROPPED);
  }

  /** Whether the client id is free, which TWS says by becoming ready or by closing. */
  async clientId(signal: AbortSignal): Promise<Finding> {
    const { address } = this.#options;
    const { seen } = this.#present();
    const isReady = () => seen.isReady && seen.accounts !== null;
    const end = await this.#present().until(isReady, GREETING_LIMIT_MS, signal);
    if (this.#has(ID_CODES)) {
      return { ...failed("in use", clientIdFault(address)), retryAfterMs: CLIENT_ID_WAIT_MS };
    }
    if (end === "met") return passed(`${address.clientId} is free`);
    if (this.#has(VERSION_CODES)) return failed("another version", OTHER_VERSION);
    return end === "late"
      ? failed(`not ready after ${GREETING_LIMIT_MS / 1000} s`, NOT_READY)
      : failed("closed", DROPPED);
  }

  /** Which accounts the login has, and whether TWS is connected to IB at all. */
  accounts(): Finding {
    const { seen } = this.#present();
    if (seen.isUpstreamLost) return failed("TWS is cut off", NO_SERVERS);
    const all = shownNumbers(seen.accounts ?? [], []);
    if (all.length === 0) return failed("none", NO_ACCOUNT);
    const paper = all.filter(isPaper).length;
    const kind = paper === all.length ? "paper " : "";
    const mixed = paper > 0 && paper < all.length ? `, ${paper} of them paper` : "";
    const missing = missingWords(all, this.#options.accounts);
    const unknown = missing === null ? "" : `; ${missing}`;
    return passed(`${plural(all.length, `${kind}account`)}${mixed}${unknown}`);
  }

  /** Whether the list of positions comes and ends. */
  async positions(signal: AbortSignal): Promise<Finding> {
    const { seen, client } = this.#present();
    client.reqPositions();
    const isDone = () => seen.hasPositionEnd || seen.isUpstreamLost;
    const end = await this.#present().until(isDone, POSITIONS_LIMIT_MS, signal);
    client.cancelPositions();
    if (seen.isUpstreamLost) return failed("TWS is cut off", NO_SERVERS);
    if (end !== "met") return failed(this.#words(end), NO_POSITIONS);
    const shown = new Set(shownNumbers(seen.accounts ?? [], this.#options.accounts));
    const held = seen.positions.filter(({ account }) => shown.has(account));
    const inAccounts = new Set(held.map(({ account }) => account)).size;
    if (held.length === 0) return passed("none is held");
    return passed(`${plural(held.length, "leg")} in ${plural(inAccounts, "account")}`);
  }

  #words(end: WaitEnd): string {
    return end === "late" ? `silent for ${POSITIONS_LIMIT_MS / 1000} s` : "the connection ended";
  }

  #present(): IbProbe {
    if (this.#probe === null) throw new Error("the handshake comes first");
    return this.#probe;
  }

  #has(codes: ReadonlySet<number>): boolean {
    const is = ({ code }: IbNotice) => codes.has(code);
    return this.#probe?.seen.notice(-1, is) !== null;
  }

  #stopwatch(): () => string {
    const { clock } = this.#options;
    const from = clock.monotonic();
    return () => `${Math.max(1, Math.round(clock.monotonic() - from))} ms`;
  }
}
