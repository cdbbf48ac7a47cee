import type { Timer } from "../../../lib/ports/timers.ts";
import { sessionOn } from "../../../lib/world/session.ts";
import type { Client, Feature, LinkChange } from "../client.ts";
import type { TwsFace } from "../face.ts";
import { isAbout } from "../market/permissions.ts";
import { Subscriptions } from "../subscriptions.ts";
import { zonedTime } from "../times.ts";
import { readContract } from "../wire/contract_fields.ts";
import type { FieldReader } from "../wire/field_reader.ts";
import { REQUEST } from "../wire/message_ids.ts";
import { type BarQuery, Bars, type TimedBar } from "./bars.ts";
import { zoneOf } from "./candles.ts";
import { headTimestamp, historicalData, historicalDataUpdate } from "./history_messages.ts";
import {
  type CheckedQuery,
  checkHistory,
  type HistoryProblem,
  type HistoryRequest,
  noData,
  readHistoryRequest,
  serviceProblem,
} from "./history_request.ts";
import { Pacing } from "./pacing.ts";
import type { BarSize, Duration } from "./query.ts";
import { RealTimeBars } from "./real_time_bars.ts";

/** How long the history service takes to answer, ms. */
const ANSWER_MS = 60;
const OPEN_MAX = 50;
/** Bars up to so long are paced strictly. */
const PACED_SECONDS = 30;
const PACING = "Historical data request pacing violation";
const ZONE_MISSING = "Warning: You submitted request with date-time attributes without explicit " +
  "time zone. Please switch to use yyyymmdd-hh:mm:ss in UTC or use instrument timezone, " +
  "like US/Eastern";

/** A query that waits for its answer, or is kept up to date. */
interface OpenQuery {
  readonly request: HistoryRequest;
  readonly query: BarQuery;
  timer: Timer | null;
  /** Bar that was told last; null before the answer. */
  last: TimedBar | null;
  dueAt: number;
}

/** Bars of the past, and bars as they form. */
export function historyFeature(face: TwsFace): Feature {
  return new History(face);
}

class History implements Feature {
  readonly requests;
  readonly #face: TwsFace;
  readonly #bars: Bars;
  readonly #pacing = new Pacing();
  readonly #open = new Subscriptions<OpenQuery>();
  readonly #realTime: RealTimeBars;

  constructor(face: TwsFace) {
    this.#face = face;
    this.#bars = new Bars(face.market);
    this.#realTime = new RealTimeBars(face, this.#bars);
    this.requests = {
      [REQUEST.historicalData]: (client: Client, request: FieldReader) =>
        this.#ask(client, readHistoryRequest(request)),
      [REQUEST.cancelHistoricalData]: (client: Client, request: FieldReader) => {
        request.int();
        this.#cancel(client, request.int());
      },
      [REQUEST.headTimestamp]: (client: Client, request: FieldReader) =>
        this.#tellHead(client, request),
      [REQUEST.cancelHeadTimestamp]: () => {},
      ...this.#realTime.requests,
    };
  }

  left(client: Client): void {
    for (const { client: owner, id } of [...this.#open.entries()]) {
      if (owner === client) this.#end(client, id);
    }
    this.#realTime.left(client);
  }

  linkChanged(link: LinkChange): void {
    this.#realTime.linkChanged(link);
    for (const { client, id, value } of [...this.#open.entries()]) {
      if (link === "lost" && value.request.isKept) {
        client.error(id, 10182, "Failed to request live updates (disconnected).");
      }
      if (link === "reset") this.#end(client, id);
    }
  }

  stepped(): void {
    const { gateway, clock } = this.#face;
    if (!gateway.isFarmUp("history")) return;
    const now = clock.monotonic();
    for (const { client, value } of this.#open.entries()) {
      if (value.last !== null && now >= value.dueAt) this.#update(client, value, now);
    }
    this.#realTime.stepped();
  }

  closed(): void {
    for (const { value } of this.#open.entries()) value.timer?.cancel();
  }

  #ask(client: Client, request: HistoryRequest): void {
    const { timers } = this.#face;
    const { reqId } = request;
    if (this.#open.get(client, reqId) !== undefined) {
      return client.error(reqId, 322, "Duplicate ticker id");
    }
    const checked = checkHistory(request, this.#face);
    const problem = checked.ok ? this.#refusal(request, checked.value) : checked.error;
    if (problem !== null) return client.error(reqId, problem.code, problem.text);
    if (!checked.ok) return;
    const { query, isZoneMissing } = checked.value;
    if (isZoneMissing) client.error(reqId, 2174, ZONE_MISSING);
    const isMute = this.#fault("mute", request) !== null;
    const open: OpenQuery = { request, query, timer: null, last: null, dueAt: 0 };
    this.#open.set(client, reqId, open);
    if (!isMute) open.timer = timers.setTimer(ANSWER_MS, () => this.#answer(client, open));
  }

  #refusal(request: HistoryRequest, { query }: CheckedQuery): HistoryProblem | null {
    const { gateway, plan, clock } = this.#face;
    if (!gateway.isFarmUp("history")) {
      return serviceProblem("HMDS server connection was unsuccessful.");
    }
    const error = this.#fault("error", request);
    if (error !== null) {
      return { code: error.code ?? 162, text: error.text ?? serviceProblem("failed").text };
    }
    const names = this.#names(request);
    // Delayed permission is not enough for bars.
    const isWithheld = plan.holding("market", "noData", {}).some((fault) => isAbout(fault, names));
    if (isWithheld) {
      return serviceProblem(`No market data permissions for ${names[0]}`);
    }
    const isPaced = query.size.unit === "seconds" && query.size.seconds <= PACED_SECONDS;
    const { contract, shown, reqId: _, ...rest } = request;
    const series = JSON.stringify([contract.conId || contract, contract.exchange, shown]);
    const weight = query.shown === "BID_ASK" ? 2 : 1;
    const paced = { whole: JSON.stringify([series, rest]), series, weight };
    const isOver = (isPaced && !this.#pacing.isAllowed(paced, clock.monotonic())) ||
      this.#open.count() >= OPEN_MAX || this.#fault("pacing", request) !== null;
    return isOver ? serviceProblem(PACING) : null;
  }

  #names({ contract }: HistoryRequest): string[] {
    const [found] = this.#face.contracts.find(contract);
    return found === undefined ? [contract.symbol] : [found.symbol, found.localSymbol];
  }

  #fault(kind: "error" | "pacing" | "mute", request: HistoryRequest) {
    const names = this.#names(request);
    return this.#face.plan.take("history", kind, {}, (fault) => isAbout(fault, names));
  }

  #answer(client: Client, open: OpenQuery): void {
    const { request, query } = open;
    const { reqId, isKept } = request;
    open.timer = null;
    const bars = this.#bars.of(query);
    const last = bars[bars.length - 1];
    if (last === undefined) {
      const { code, text } = serviceProblem(noData(request));
      client.error(reqId, code, text);
      return void this.#open.delete(client, reqId);
    }
    const zone = zoneOf(query.instrument);
    const span = [this.#bars.startOf(query), query.end].map((at) => zonedTime(at, zone));
    client.send(historicalData(reqId, [span[0], span[1]], bars));
    if (!isKept) return void this.#open.delete(client, reqId);
    open.last = last;
    open.dueAt = this.#face.clock.monotonic() + this.#face.behaviour.barUpdateMs;
  }

  /** Tells how the bar went on, and a new one once it has begun. */
  #update(client: Client, open: OpenQuery, now: number): void {
    const { query, request } = open;
    const end = this.#face.market.now();
    const recent = this.#bars.of({ ...query, end, duration: recentOf(query.size) });
    open.dueAt = now + this.#face.behaviour.barUpdateMs;
    const from = recent.findIndex(({ date }) => date === open.last?.date);
    for (const bar of recent.slice(Math.max(0, from))) {
      if (JSON.stringify(bar) === JSON.stringify(open.last)) continue;
      client.send(historicalDataUpdate(request.reqId, bar));
      open.last = bar;
    }
  }

  #cancel(client: Client, reqId: number): void {
    if (this.#end(client, reqId)) {
      const { code, text } = serviceProblem(`API historical data query cancelled: ${reqId}`);
      return client.error(reqId, code, text);
    }
    client.error(reqId, 366, `No historical data query found for ticker id:${reqId}`);
  }

  #end(client: Client, reqId: number): boolean {
    this.#open.get(client, reqId)?.timer?.cancel();
    return this.#open.delete(client, reqId);
  }

  #tellHead(client: Client, request: FieldReader): void {
    const reqId = request.int();
    const spec = readContract(request);
    request.flag();
    request.flag();
    const shown = request.text();
    const formatDate = request.int();
    const found = this.#face.contracts.resolve(spec);
    if (!found.ok) return client.error(reqId, 200, found.error);
    const instrument = this.#face.contracts.instrument(found.value);
    const day = instrument === undefined ? null : this.#bars.candles.firstDay(instrument);
    if (day === null) {
      const { code, text } = serviceProblem(`No head time stamp for ${spec.symbol} ${shown}`);
      return client.error(reqId, code, text);
    }
    const { openAt } = sessionOn(day);
    const iso = new Date(openAt).toISOString();
    const text = `${iso.slice(0, 10).replaceAll("-", "")}-${iso.slice(11, 19)}`;
    client.send(headTimestamp(reqId, formatDate === 2 ? String(openAt / 1000) : text));
  }
}

/** A span that holds the bar that forms and the whole one before it. */
function recentOf(size: BarSize): Duration {
  switch (size.unit) {
    case "seconds":
      return { count: 2 * size.seconds + 10, unit: "S" };
    case "day":
      return { count: 2, unit: "D" };
    case "week":
      return { count: 3, unit: "W" };
    case "month":
      return { count: 3, unit: "M" };
  }
}
