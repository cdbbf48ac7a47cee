import { marketStateAt } from "../../../calendar/market_state.ts";
import type { Clock } from "../../../ports/clock.ts";
import { failed, type Finding, notTested, passed } from "../../connection/finding.ts";
import { IB_CODES, shownText } from "../codes.ts";
import type { IbNotice } from "../wire/client.ts";
import type { IbContract, IbContractQuery } from "../wire/contract.ts";
import { contractFault, NO_SERVERS } from "./faults.ts";
import { dataFault, farmFault, isNotSubscribed, NO_TICK, noGreeks } from "./market_faults.ts";
import type { IbProbe } from "./probe.ts";
import type { SeenTick } from "./seen.ts";

/** What the steps from the contracts on need. */
export interface MarketStepsOptions {
  readonly probe: IbProbe;
  readonly clock: Clock;
  /** 1 live, 2 frozen, 3 delayed, 4 delayed and frozen. */
  readonly marketDataType: number;
}

/** The reference of every feed. Source: design.md, Current, stale, absent, closed. */
const REFERENCE: IbContractQuery = {
  symbol: "SPY",
  secType: "STK",
  exchange: "SMART",
  currency: "USD",
};
const REFERENCE_NAME = "SPY";
const DELAYED = 3;
const LIVE = 1;
const DETAILS_LIMIT_MS = 15_000;
const TICK_LIMIT_MS = 15_000;
const CLOSED_LIMIT_MS = 5_000;
const PARTLY: ReadonlySet<number> = new Set([10090, 10091]);
const OPTION_KINDS: ReadonlySet<string> = new Set(["OPT", "FOP"]);

const TYPE_WORDS: readonly string[] = ["", "live", "frozen", "delayed", "delayed and frozen"];

/** The kind of data in words: "live", "delayed". */
export function dataTypeWords(type: number): string {
  return TYPE_WORDS[type] ?? `of type ${type}`;
}

interface Asked {
  readonly id: number;
  readonly tick: SeenTick | null;
  /** Why it was refused; null: it was not. */
  readonly refusal: IbNotice | null;
}

/** Tests whether contracts, quotes and Greeks come, on a connection that is ready. */
export class MarketSteps {
  readonly #options: MarketStepsOptions;
  #refusedLive: IbNotice | null = null;

  constructor(options: MarketStepsOptions) {
    this.#options = options;
  }

  /** Whether a contract is described: a held one, else the reference. */
  async contracts(signal: AbortSignal): Promise<Finding> {
    const { probe } = this.#options;
    const { seen, client } = probe;
    const held = seen.positions.at(0)?.contract ?? null;
    const name = held === null ? REFERENCE_NAME : held.localSymbol || held.symbol;
    const id = probe.nextId();
    client.reqContractDetails(id, held === null ? REFERENCE : { conId: held.conId });
    const refusal = () => seen.notice(id, () => true);
    const isDone = () => seen.detailsEnded.has(id) || refusal() !== null;
    await probe.until(isDone, DETAILS_LIMIT_MS, signal);
    const notice = refusal();
    if ((seen.detailCounts.get(id) ?? 0) > 0) return passed(name);
    if (notice !== null) {
      const words = `${notice.code}, ${shownText(notice.text)}`;
      return failed("refused", contractFault(name, words));
    }
    if (seen.brokenFarm !== null) return failed("farm broken", this.#farm(seen.brokenFarm));
    return failed("no answer", contractFault(name, null));
  }

  /** Whether a first quote of the reference comes, and of what kind it is. */
  async marketData(signal: AbortSignal): Promise<Finding> {
    const { probe, clock, marketDataType } = this.#options;
    const from = clock.monotonic();
    probe.client.reqMarketDataType(marketDataType);
    const asked = await this.#quote(REFERENCE, "prices", signal);
    const { tick, refusal } = asked.refusal !== null && isNotSubscribed(asked.refusal)
      ? await this.#delayed(asked.refusal, signal)
      : asked;
    if (tick === null) return this.#noData(refusal);
    const tookMs = Math.max(1, Math.round(clock.monotonic() - from));
    const words = `${REFERENCE_NAME} ${dataTypeWords(tick.dataType)}, ${tookMs} ms`;
    const wasRefused = this.#refusedLive !== null && tick.dataType !== LIVE;
    return passed(wasRefused ? `${words}; this login has no live data of it` : words);
  }

  /** Whether IB computes Greeks of an option that is held. */
  async greeks(signal: AbortSignal): Promise<Finding> {
    const { probe } = this.#options;
    const option = probe.seen.positions.find(({ contract }) => OPTION_KINDS.has(contract.secType));
    if (option === undefined) return notTested("not tested: no option is held");
    const { contract } = option;
    const { id, tick, refusal } = await this.#quote(optionQuery(contract), "greeks", signal);
    const name = contract.localSymbol || contract.symbol;
    if (tick !== null) return passed(`${name} ${dataTypeWords(tick.dataType)}`);
    const isCut = probe.seen.isUpstreamLost;
    if (isCut) return failed("TWS is cut off", NO_SERVERS);
    const partly = probe.seen.notice(id, ({ code }) => PARTLY.has(code));
    const notice = refusal ?? partly;
    if (notice === null && !this.#isOpen()) return notTested("not tested: market closed");
    const words = notice === null ? null : `${notice.code}, ${shownText(notice.text)}`;
    const fault = refusal === null ? null : dataFault(refusal);
    return failed("none came", fault ?? noGreeks(words));
  }

  async #delayed(refusal: IbNotice, signal: AbortSignal): Promise<Asked> {
    this.#refusedLive = refusal;
    const { marketDataType, probe } = this.#options;
    if (marketDataType >= DELAYED) return { id: -1, tick: null, refusal };
    probe.client.reqMarketDataType(DELAYED);
    return await this.#quote(REFERENCE, "prices", signal);
  }

  /** Asks for quotes of one contract until the first comes, or they are refused. */
  async #quote(
    contract: IbContractQuery,
    wanted: "prices" | "greeks",
    signal: AbortSignal,
  ): Promise<Asked> {
    const { probe } = this.#options;
    const { seen, client } = probe;
    const id = probe.nextId();
    client.reqMarketData(id, contract, "");
    const refusal = () => seen.notice(id, isRefusal);
    const isDone = () => seen[wanted].has(id) || refusal() !== null || seen.isUpstreamLost;
    const limitMs = this.#isOpen() ? TICK_LIMIT_MS : CLOSED_LIMIT_MS;
    await probe.until(isDone, limitMs, signal);
    client.cancelMarketData(id);
    return { id, tick: seen[wanted].get(id) ?? null, refusal: refusal() };
  }

  #noData(refusal: IbNotice | null): Finding {
    const { seen } = this.#options.probe;
    if (seen.isUpstreamLost) return failed("TWS is cut off", NO_SERVERS);
    if (refusal !== null) {
      const words = `${refusal.code}, ${shownText(refusal.text)}`;
      return failed("refused", dataFault(refusal) ?? contractFault(REFERENCE_NAME, words));
    }
    if (seen.brokenFarm !== null) return failed("farm broken", this.#farm(seen.brokenFarm));
    return this.#isOpen()
      ? failed(`silent for ${TICK_LIMIT_MS / 1000} s`, NO_TICK)
      : notTested("not tested: no quote is due, market closed");
  }

  #farm(words: string) {
    return farmFault(shownText(words));
  }

  #isOpen(): boolean {
    const state = marketStateAt(this.#options.clock.now(), "equity");
    return state.ok && state.value.phase === "open";
  }
}

/** Notices of a request that let it live say something of the data, and end nothing. */
function isRefusal({ code, text }: IbNotice): boolean {
  const isAdvice = code === IB_CODES.delayedShown || PARTLY.has(code) || text.includes("Warning:");
  return !isAdvice && (code < 2100 || code >= 3000);
}

function optionQuery({ conId, exchange }: IbContract): IbContractQuery {
  return { conId, exchange: exchange === "" ? "SMART" : exchange };
}
