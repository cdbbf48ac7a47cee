import { readContract } from "../wire/contract_fields.ts";
import { FieldError, type FieldReader } from "../wire/field_reader.ts";
import {
  BENCHMARK_FIELDS,
  CLEARING_FIELDS,
  DELTA_NEUTRAL_FIELDS,
  EXTENDED_FIELDS,
  HEDGE_CONTRACT_FIELDS,
  LATE_FIELDS,
  MAIN_FIELDS,
  OPTION_FIELDS,
  type OrderField,
  type OrderLeg,
  type OrderTerms,
  SCALE_FIELDS,
  SCHEDULE_FIELDS,
  TRAIL_FIELDS,
} from "./order_terms.ts";

const ITEMS_MAX = 100;

/** How many fields a condition has behind its type and conjunction, by type. */
const CONDITION_FIELDS: Readonly<Record<string, number>> = {
  "1": 5,
  "3": 2,
  "4": 2,
  "5": 3,
  "6": 4,
  "7": 4,
};

/** Reads the order of a placeOrder from the field behind the order id on. */
class OrderReader {
  readonly #request: FieldReader;
  readonly #values = new Map<OrderField, string>();

  constructor(request: FieldReader) {
    this.#request = request;
  }

  read(serverVersion: number): OrderTerms {
    const contract = readContract(this.#request);
    this.#take(MAIN_FIELDS);
    const isBag = contract.secType.toUpperCase() === "BAG";
    const legs = isBag ? this.#list(() => this.#leg()) : [];
    const legPrices = isBag ? this.#list(() => this.#next()) : [];
    const smartParams = isBag ? this.#list(() => this.#pair()) : [];
    this.#take(EXTENDED_FIELDS);
    if (this.#value("deltaNeutralOrderType") !== "") this.#take(DELTA_NEUTRAL_FIELDS);
    this.#take(TRAIL_FIELDS);
    if (this.#value("scalePriceIncrement") !== "") this.#take(SCALE_FIELDS);
    this.#take(SCHEDULE_FIELDS);
    this.#take(["hedgeType"]);
    if (this.#value("hedgeType") !== "") this.#take(["hedgeParam"]);
    this.#take(CLEARING_FIELDS);
    if (this.#request.flag()) this.#take(HEDGE_CONTRACT_FIELDS);
    this.#take(["algoStrategy"]);
    const algoParams = this.#value("algoStrategy") === "" ? [] : this.#list(() => this.#pair());
    this.#take(OPTION_FIELDS);
    if (isType(this.#value("orderType"), "PEG BENCH")) this.#take(BENCHMARK_FIELDS);
    const conditions = this.#list(() => this.#condition());
    const [conditionsIgnoreRth, conditionsCancelOrder] = conditions.length > 0
      ? this.#pair()
      : ["", ""];
    this.#take(LATE_FIELDS);
    this.#tail(serverVersion, contract.exchange);
    const { left } = this.#request;
    if (left !== 0) throw new FieldError(`${left} fields behind the order`);
    return {
      contract,
      values: this.#values,
      legs,
      legPrices,
      smartParams,
      algoParams,
      conditions,
      conditionsIgnoreRth,
      conditionsCancelOrder,
    };
  }

  #tail(serverVersion: number, exchange: string): void {
    const orderType = this.#value("orderType");
    if (exchange === "IBKRATS") this.#take(["minTradeQty"]);
    let hasOffsets = isType(orderType, "PEG MID");
    if (isType(orderType, "PEG BEST")) {
      this.#take(["minCompeteSize", "competeAgainstBestOffset"]);
      hasOffsets = this.#value("competeAgainstBestOffset") === "Infinity";
    }
    if (hasOffsets) this.#take(["midOffsetAtWhole", "midOffsetAtHalf"]);
    if (serverVersion >= 183) this.#take(["customerAccount"]);
    if (serverVersion >= 184) this.#take(["professionalCustomer"]);
    if (serverVersion >= 187 && serverVersion < 190) this.#request.skip(2);
    if (serverVersion >= 189) this.#take(["includeOvernight"]);
    if (serverVersion >= 192) this.#take(["manualOrderIndicator"]);
  }

  #next(): string {
    return this.#request.text();
  }

  #value(field: OrderField): string {
    return this.#values.get(field) ?? "";
  }

  #take(names: readonly OrderField[]): void {
    for (const name of names) this.#values.set(name, this.#next());
  }

  #list<T>(item: () => T): T[] {
    const count = this.#request.int();
    if (count < 0 || count > ITEMS_MAX) throw new FieldError(`a list of ${count} items`);
    const items: T[] = [];
    for (let n = 0; n < count; n++) items.push(item());
    return items;
  }

  #pair(): [string, string] {
    return [this.#next(), this.#next()];
  }

  #leg(): OrderLeg {
    return {
      conId: this.#next(),
      ratio: this.#next(),
      action: this.#next(),
      exchange: this.#next(),
      openClose: this.#next(),
      shortSaleSlot: this.#next(),
      designatedLocation: this.#next(),
      exemptCode: this.#next(),
    };
  }

  #condition(): string[] {
    const type = this.#next();
    const count = CONDITION_FIELDS[type];
    if (count === undefined) throw new FieldError(`a condition of type ${type}`);
    const condition = [type, this.#next()];
    for (let n = 0; n < count; n++) condition.push(this.#next());
    return condition;
  }
}

/** True when an order is of a type, written with or without its blank. */
function isType(orderType: string, name: string): boolean {
  return orderType === name || orderType === name.replace(" ", "");
}

/** Reads the order behind the order id; throws a FieldError for missing or left-over fields. */
export function readOrder(request: FieldReader, serverVersion: number): OrderTerms {
  return new OrderReader(request).read(serverVersion);
}
