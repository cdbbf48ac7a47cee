import { fail, ok, type Result } from "../../../lib/base/result.ts";
import type { Instrument } from "../../../lib/world/mod.ts";
import type { Client, Feature, LinkChange } from "../client.ts";
import type { TwsFace } from "../face.ts";
import { NO_DEFINITION } from "../contracts/registry.ts";
import { combinationTouch } from "../orders/matching.ts";
import { Subscriptions } from "../subscriptions.ts";
import { BLANK_SPEC } from "../wire/contract_fields.ts";
import type { FieldReader } from "../wire/field_reader.ts";
import { REQUEST } from "../wire/message_ids.ts";
import { Computations } from "./computations.ts";
import { GenericTicks, unknownGeneric } from "./generic_ticks.ts";
import { Line, type Shown } from "./line.ts";
import { type MarketRequest, readMarketRequest } from "./market_request.ts";
import { COMPETING_SESSION, isAbout, permissionOf, permissionText } from "./permissions.ts";
import { currencyTicks, optionTicks, quoteTicks, type Tick, tradeTicks } from "./tick_sheet.ts";
import { marketDataType, tickReqParams, tickSnapshotEnd } from "./ticks.ts";

/** Times between two updates of a line, ms. */
const OPTION_GAP_MS = 100;
const OTHER_GAP_MS = 250;
/** How long a snapshot waits for what is still missing. */
const SNAPSHOT_MS = 11_000;
const LATE_GREEKS_MS = 12_000;
const COMBINATION_TICK = 0.01;
const CURRENCY_TICK = 0.00005;
const SNAPSHOT_WITH_GENERICS = "Error validating request.-'bW' : cause - " +
  "Snapshot market data subscription is not applicable to generic ticks";
const BBO_EXCHANGE = "9c0001";

/** Market data lines: subscriptions, permissions, and the ticks that flow. */
export function marketFeature(face: TwsFace): Feature {
  return new MarketData(face);
}

class MarketData implements Feature {
  readonly requests;
  readonly #face: TwsFace;
  readonly #lines = new Subscriptions<Line>();
  /** Lines that show an instrument, by its id. */
  readonly #showing = new Map<number, Set<Line>>();
  readonly #types = new Map<Client, number>();
  readonly #computations: Computations;
  readonly #generics: GenericTicks;

  constructor(face: TwsFace) {
    this.#face = face;
    this.#computations = new Computations(face.market);
    this.#generics = new GenericTicks(face.market);
    face.market.follow({
      touched: (id, kind) => {
        this.#computations.touched(id, kind);
        for (const line of this.#showing.get(id) ?? []) line.isDirty = true;
      },
    });
    this.requests = {
      [REQUEST.mktData]: (client: Client, request: FieldReader) =>
        this.#subscribe(client, readMarketRequest(request)),
      [REQUEST.cancelMktData]: (client: Client, request: FieldReader) => {
        request.int();
        this.#cancel(client, request.int());
      },
      [REQUEST.marketDataType]: (client: Client, request: FieldReader) => {
        request.int();
        const type = request.int();
        if (type >= 1 && type <= 4) this.#types.set(client, type);
        else client.error(-1, 321, "Error validating request.-'bP' : cause - Invalid type");
      },
    };
  }

  left(client: Client): void {
    for (const { id } of [...this.#lines.entries()].filter((one) => one.client === client)) {
      this.#drop(client, id);
    }
    this.#types.delete(client);
  }

  linkChanged(link: LinkChange): void {
    // What was lost with the servers has to be asked for again.
    if (link !== "reset") return;
    for (const { client, id } of [...this.#lines.entries()]) this.#drop(client, id);
  }

  stepped(): void {
    if (!this.#face.gateway.isFarmUp("market")) return;
    const now = this.#face.clock.monotonic();
    for (const { value: line } of this.#lines.entries()) this.#follow(line, now);
  }

  #subscribe(client: Client, request: MarketRequest): void {
    const { reqId, generics, isSnapshot } = request;
    const { plan, behaviour, clock } = this.#face;
    const problem = this.#problem(client, request);
    if (problem !== null) return client.error(reqId, ...problem);
    const shown = this.#shown(request);
    if (!shown.ok) return client.error(reqId, 200, shown.error);
    const lines = plan.take("market", "lines", {})?.count ?? behaviour.lines;
    if (this.#lines.count() >= lines) {
      return client.error(reqId, 101, "Max number of tickers has been reached");
    }
    const askedType = this.#types.get(client) ?? 1;
    const { names } = shown.value;
    const { isGranted, isDelayed, notice } = permissionOf(plan, names, askedType);
    if (notice !== null) client.error(reqId, notice.code, notice.text);
    if (!isGranted) return;
    const openedAt = clock.monotonic();
    const line = new Line({
      ...{ client, reqId, shown: shown.value, generics },
      ...{ isSnapshot, askedType, isDelayed, openedAt },
    });
    this.#lines.set(client, reqId, line);
    for (const { instrument } of line.shown.legs) {
      const known = this.#showing.get(instrument.id) ?? new Set();
      this.#showing.set(instrument.id, known.add(line));
    }
    this.#tellType(line);
    client.send(tickReqParams(reqId, line.shown.minTick, BBO_EXCHANGE));
    const partial = plan.take("market", "noGreeks", {}, (fault) => isAbout(fault, names));
    if (partial !== null && isOption(line.shown)) {
      const code = partial.code ?? 10091;
      client.error(reqId, code, partial.text ?? permissionText(code));
    }
  }

  #problem(client: Client, request: MarketRequest): [number, string] | null {
    const { reqId, generics, isSnapshot } = request;
    if (this.#lines.get(client, reqId) !== undefined) return [322, "Duplicate ticker id"];
    if (isSnapshot && generics.length > 0) return [321, SNAPSHOT_WITH_GENERICS];
    const unknown = unknownGeneric(generics);
    if (unknown === null) return null;
    const cause = `Incorrect generic tick list of ${unknown}`;
    return [321, `Error validating request.-'bQ' : cause - ${cause}`];
  }

  #shown({ contract: spec, legs }: MarketRequest): Result<Shown, string> {
    const { contracts, market } = this.#face;
    if (spec.secType.toUpperCase() === "BAG") return this.#combination(spec.symbol, legs);
    const found = contracts.resolve(spec);
    if (!found.ok) return found;
    const { symbol, localSymbol, secType } = found.value;
    const names = [symbol, localSymbol];
    if (secType === "CASH") {
      return ok({ kind: "currency", names, legs: [], minTick: CURRENCY_TICK });
    }
    const instrument = contracts.instrument(found.value);
    if (instrument === undefined || !market.world.isLive(instrument.id)) {
      return fail(NO_DEFINITION);
    }
    const minTick = 1 / instrument.ticks.small;
    return ok({ kind: "instrument", names, legs: [{ instrument, ratio: 1 }], minTick });
  }

  #combination(
    symbol: string,
    named: readonly { readonly conId: number; readonly ratio: number }[],
  ): Result<Shown, string> {
    const { contracts } = this.#face;
    const legs: { instrument: Instrument; ratio: number }[] = [];
    for (const { conId, ratio } of named) {
      const [found] = contracts.find({ ...BLANK_SPEC, conId });
      const instrument = found === undefined ? undefined : contracts.instrument(found);
      if (instrument === undefined || ratio === 0) {
        return fail(NO_DEFINITION);
      }
      legs.push({ instrument, ratio });
    }
    if (legs.length === 0) return fail(NO_DEFINITION);
    return ok({ kind: "combination", names: [symbol], legs, minTick: COMBINATION_TICK });
  }

  #cancel(client: Client, reqId: number): void {
    if (this.#drop(client, reqId)) return;
    client.error(reqId, 300, `Can't find EId with tickerId:${reqId}`);
  }

  #drop(client: Client, reqId: number): boolean {
    const line = this.#lines.get(client, reqId);
    if (line === undefined) return false;
    for (const { instrument: { id } } of line.shown.legs) {
      const showing = this.#showing.get(id);
      showing?.delete(line);
      if (showing?.size === 0) this.#showing.delete(id);
    }
    return this.#lines.delete(client, reqId);
  }

  /** Quoting now, or halted in an open session. */
  #isOpen({ shown: { legs } }: Line): boolean {
    const { world } = this.#face.market;
    return legs.every(({ instrument }) =>
      world.canTrade(instrument.id) ||
      (this.#face.market.latest(instrument).isHalted && world.session().state === "open")
    );
  }

  #tellType(line: Line): void {
    const type = line.typeWhen(this.#isOpen(line));
    if (type === line.flowingType) return;
    line.flowingType = type;
    line.isDirty = true;
    line.client.send(marketDataType(line.reqId, type));
  }

  #follow(line: Line, now: number): void {
    const { plan } = this.#face;
    const { names, kind } = line.shown;
    this.#checkCompeting(line);
    if (line.isCut || plan.take("market", "mute", {}, (one) => isAbout(one, names)) !== null) {
      return;
    }
    const isOpen = this.#isOpen(line);
    if (isOpen !== line.wasOpen) line.isDirty = true;
    line.wasOpen = isOpen;
    this.#tellType(line);
    const isWaiting = line.isSnapshot || kind === "currency" ||
      this.#isLate(line, now) !== line.wasLate;
    if ((!line.isDirty && !isWaiting) || now < line.dueAt) return;
    line.isDirty = false;
    line.dueAt = now + (isOption(line.shown) ? OPTION_GAP_MS : OTHER_GAP_MS);
    line.wasLate = this.#isLate(line, now);
    const unset = plan.holding("market", "sentinels", {})
      .some((fault) => fault.isUnset === true && isAbout(fault, names));
    for (const tick of this.#ticks(line, isOpen)) line.tell(tick, unset);
    if (!line.isSnapshot) return;
    if (!this.#isWhole(line) && now - line.openedAt < SNAPSHOT_MS) return;
    line.client.send(tickSnapshotEnd(line.reqId));
    this.#drop(line.client, line.reqId);
  }

  /** Everything that a snapshot waits for is there. */
  #isWhole({ shown: { legs } }: Line): boolean {
    return legs.every(({ instrument }) =>
      this.#face.market.latest(instrument).quoteAt > 0 || instrument.kind === "index"
    );
  }

  #ticks(line: Line, isOpen: boolean): Tick[] {
    const { market } = this.#face;
    const { kind, legs } = line.shown;
    const isQuoted = isOpen || line.flowingType === 2 || line.flowingType === 4;
    if (kind === "currency") return currencyTicks(market.world.fxRate());
    if (kind === "combination") {
      const touches = legs.map(({ instrument, ratio }) => ({
        ratio,
        touch: market.latest(instrument),
      }));
      return quoteTicks(combinationTouch(touches), isQuoted);
    }
    const [{ instrument }] = legs;
    return this.#instrumentTicks(line, instrument, { isOpen, isQuoted });
  }

  #instrumentTicks(
    line: Line,
    instrument: Instrument,
    { isOpen, isQuoted }: { readonly isOpen: boolean; readonly isQuoted: boolean },
  ): Tick[] {
    const { market, plan } = this.#face;
    const { names } = line.shown;
    const latest = market.latest(instrument);
    const quotes = instrument.kind === "index" ? [] : quoteTicks(latest, isQuoted);
    const ticks = [...quotes, ...tradeTicks(instrument, latest)];
    ticks.push(...this.#generics.of(line.generics, instrument, latest));
    const isHeld = (kind: "noGreeks" | "sentinels" | "noUnderlying"): boolean =>
      plan.holding("market", kind, {}).some((fault) => isAbout(fault, names));
    if (instrument.option === undefined || !isOpen || isHeld("noGreeks")) return ticks;
    const limits = {
      isUncomputed: line.wasLate || isHeld("sentinels"),
      hasNoUnderlying: isHeld("noUnderlying"),
    };
    return [...ticks, ...optionTicks(instrument, latest, this.#computations, limits)];
  }

  /** True while the Greeks of a line are not there yet. */
  #isLate(line: Line, now: number): boolean {
    return this.#face.plan.holding("market", "lateGreeks", {}).some((fault) =>
      isAbout(fault, line.shown.names) &&
      now - line.openedAt < (fault.latencyMs ?? LATE_GREEKS_MS)
    );
  }

  /** Another session takes the data of a line that flows. */
  #checkCompeting(line: Line): void {
    if (line.isCut) return;
    const isTaken = this.#face.plan.holding("market", "noData", {}).some((fault) =>
      fault.code === COMPETING_SESSION && isAbout(fault, line.shown.names)
    );
    if (!isTaken) return;
    line.isCut = true;
    line.client.error(line.reqId, COMPETING_SESSION, permissionText(COMPETING_SESSION));
  }
}

function isOption({ kind, legs: [first] }: Shown): boolean {
  return kind === "instrument" && first.instrument.option !== undefined;
}
