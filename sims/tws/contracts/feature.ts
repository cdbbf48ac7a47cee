import { newYorkDay } from "../../../lib/world/civil.ts";
import { LISTINGS } from "../../../lib/world/listings.ts";
import type { ChainExpiry } from "../../../lib/world/mod.ts";
import type { Client, Feature } from "../client.ts";
import type { TwsFace } from "../face.ts";
import { readContract } from "../wire/contract_fields.ts";
import type { FieldReader } from "../wire/field_reader.ts";
import { FieldWriter } from "../wire/field_writer.ts";
import { MESSAGE, REQUEST } from "../wire/message_ids.ts";
import type { Contract } from "./contract.ts";
import { type ContractHours, hoursOf } from "./hours.ts";
import { detailsMessage, longName } from "./details.ts";
import { compactDate, futureOptionClass, lastTradeDayText } from "./naming.ts";
import { NO_DEFINITION } from "./registry.ts";
import { ruleById } from "./rules.ts";

/** Details of one request that go out at each step; a whole chain takes a while, as it does. */
const DETAILS_PER_STEP = 500;
const SAMPLES_MAX = 16;
const NO_TYPE = "Error validating request.-'bM' : cause - Please enter a valid security type.";

interface Download {
  readonly client: Client;
  readonly reqId: number;
  readonly rest: Contract[];
}

/** What contracts are: details, price steps, chains, and symbols by what they are called. */
export function contractsFeature(face: TwsFace): Feature {
  return new Contracts(face);
}

class Contracts implements Feature {
  readonly requests: Feature["requests"] = {
    [REQUEST.contractDetails]: (client, request) => this.#details(client, request),
    [REQUEST.marketRule]: (client, request) => this.#rule(client, request.int()),
    [REQUEST.secDefOptParams]: (client, request) => this.#chain(client, request),
    [REQUEST.matchingSymbols]: (client, request) => {
      const reqId = request.int();
      this.#samples(client, reqId, request.text());
    },
  };
  readonly #face: TwsFace;
  readonly #hours = new Map<string, ContractHours>();
  #hoursDay = 0;
  #downloads: Download[] = [];

  constructor(face: TwsFace) {
    this.#face = face;
  }

  left(client: Client): void {
    this.#downloads = this.#downloads.filter((one) => one.client !== client);
  }

  stepped(): void {
    for (const download of this.#downloads) this.#next(download);
    this.#downloads = this.#downloads.filter(({ rest }) => rest.length > 0);
  }

  #details(client: Client, request: FieldReader): void {
    request.int();
    const reqId = request.int();
    const spec = readContract(request);
    const includesExpired = request.flag();
    if (spec.conId === 0 && spec.secType === "") return client.error(reqId, 321, NO_TYPE);
    const found = this.#face.contracts.find(spec).filter((contract) =>
      includesExpired || this.#isLive(contract)
    );
    if (found.length === 0) return client.error(reqId, 200, NO_DEFINITION);
    const download = { client, reqId, rest: found };
    this.#next(download);
    if (download.rest.length > 0) this.#downloads.push(download);
  }

  #next({ client, reqId, rest }: Download): void {
    for (const contract of rest.splice(0, DETAILS_PER_STEP)) {
      const dated = { contract, hours: this.#hoursOf(contract) };
      client.send(detailsMessage(this.#face, dated, reqId, client.serverVersion));
    }
    if (rest.length > 0) return;
    client.send(new FieldWriter(MESSAGE.contractDetailsEnd).int(1).int(reqId));
  }

  /** Hours are the same for a whole class, and a chain has thousands of contracts. */
  #hoursOf(contract: Contract): ContractHours {
    const day = newYorkDay(this.#face.market.now());
    if (day !== this.#hoursDay) this.#hours.clear();
    this.#hoursDay = day;
    const { secType, listing, tradingClass } = contract;
    const key = `${secType} ${listing} ${tradingClass}`;
    const known = this.#hours.get(key) ?? hoursOf(contract, this.#face.market.now());
    this.#hours.set(key, known);
    return known;
  }

  #isLive({ origin }: Contract): boolean {
    return origin.kind !== "listed" || this.#face.market.world.isLive(origin.instrument.id);
  }

  #rule(client: Client, id: number): void {
    const rule = ruleById(id);
    if (rule === undefined) return client.error(-1, 321, `No market rule with id ${id}.`);
    const message = new FieldWriter(MESSAGE.marketRule).int(id).int(rule.steps.length);
    for (const { lowEdge, increment } of rule.steps) message.double(lowEdge).double(increment);
    client.send(message);
  }

  #chain(client: Client, request: FieldReader): void {
    const reqId = request.int();
    const symbol = request.text();
    const exchange = request.text();
    const secType = request.text();
    const underlying = this.#face.contracts.byId(request.int());
    const isKnown = underlying !== undefined && underlying.symbol === symbol &&
      underlying.secType === secType;
    if (isKnown) this.#sendChain(client, reqId, underlying, exchange);
    client.send(new FieldWriter(MESSAGE.secDefOptParamEnd).int(reqId));
  }

  #sendChain(client: Client, reqId: number, underlying: Contract, exchange: string): void {
    const isFuture = underlying.secType === "FUT";
    const rows = this.#face.market.world.chain(underlying.listing);
    const byClass = Map.groupBy(
      rows,
      ({ root, expiry }) => isFuture ? futureOptionClass(expiry) : root,
    );
    for (const [tradingClass, listed] of byClass) {
      for (const one of this.#exchangesOf(underlying)) {
        if (exchange !== "" && exchange !== one) continue;
        client.send(this.#params(reqId, one, underlying, { tradingClass, listed }));
      }
    }
  }

  #exchangesOf(underlying: Contract): readonly string[] {
    if (underlying.secType === "FUT") return [underlying.exchange];
    const { secType } = underlying;
    return secType === "IND" ? ["SMART", "CBOE"] : ["SMART", "CBOE", "AMEX"];
  }

  #params(
    reqId: number,
    exchange: string,
    underlying: Contract,
    { tradingClass, listed }: { tradingClass: string; listed: readonly ChainExpiry[] },
  ): FieldWriter {
    const { hasLastTradeDay } = this.#face.behaviour;
    const dates = listed.map(({ expiry, settlement }) =>
      hasLastTradeDay ? lastTradeDayText(expiry, settlement) : compactDate(expiry)
    );
    const strikes = [...new Set(listed.flatMap((row) => row.strikes))].sort((a, b) => a - b);
    const message = new FieldWriter(MESSAGE.secDefOptParam).int(reqId).text(exchange)
      .int(underlying.conId).text(tradingClass).text(String(listed[0].multiplier))
      .int(dates.length).texts(dates).int(strikes.length);
    for (const strike of strikes) message.double(strike);
    return message;
  }

  #samples(client: Client, reqId: number, pattern: string): void {
    const wanted = pattern.trim().toUpperCase();
    const found = this.#face.contracts.underlyings().filter((one) =>
      (one.secType === "STK" || one.secType === "IND") &&
      (one.symbol.startsWith(wanted) || longName(one).toUpperCase().includes(wanted))
    ).slice(0, SAMPLES_MAX);
    const message = new FieldWriter(MESSAGE.symbolSamples).int(reqId).int(found.length);
    for (const contract of found) {
      const derived = derivedTypes(contract);
      message.int(contract.conId).text(contract.symbol).text(contract.secType)
        .text(contract.primaryExchange).text(contract.currency).int(derived.length)
        .texts(derived).escaped(longName(contract)).text("");
    }
    client.send(message);
  }
}

function derivedTypes({ listing }: Contract): readonly string[] {
  const found = LISTINGS.find(({ root }) => root === listing);
  return found !== undefined && found.classes.length > 0 ? ["OPT", "BAG"] : [];
}
