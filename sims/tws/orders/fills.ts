import { present } from "../../../lib/base/assert.ts";
import type { Fill, Instrument, World } from "../../../lib/world/mod.ts";
import { exchangeName } from "../contracts/naming.ts";
import { zonedTime } from "../times.ts";
import type { CostBasis } from "./cost_basis.ts";
import type { DeskOrder, TradedLeg } from "./desk_order.ts";
import type { Commission, Execution } from "./execution.ts";
import { textOf } from "./order_terms.ts";

const EXECUTIONS_MAX = 20_000;
/** Orders that clients placed carry their permId behind this letter in the world's fills. */
const OWN_PREFIX = "C";

/** Where a fill in contracts of SMART routing happened, by the world's codes. */
const OPTION_EXCHANGE = "CBOE";

/** A fill with what it cost; a combination as a whole costs nothing, its legs do. */
export interface Report {
  readonly execution: Execution;
  readonly commission: Commission | null;
}

/** What reports are made from. */
export interface FillParts {
  readonly world: World;
  readonly seed: number;
  readonly basis: CostBasis;
  /** Number of the account behind one of the world; undefined when the login has none. */
  readonly accountOf: (worldId: string, instrument: number) => string | undefined;
  /** The 11 texts of a contract, by instrument. */
  readonly contractOf: (instrument: number) => readonly string[];
}

/** Executions of the day with their commissions: those of clients' orders and the world's own. */
export class Fills {
  #reports: Report[] = [];
  #count = 0;
  readonly #parts: FillParts;
  readonly #prefix: string;

  constructor(parts: FillParts) {
    this.#parts = parts;
    this.#prefix = (0xe000 + parts.seed % 0x1000).toString(16).padStart(8, "0");
  }

  /** Every report of the day, oldest first; a correction stands for what it corrects. */
  today(): readonly Report[] {
    return this.#reports;
  }

  /** A new day begins. */
  clear(): void {
    this.#parts.basis.startDay();
    this.#reports = [];
  }

  /** Trades a part of an order in the world: a report per leg, the combination first. */
  trade(order: DeskOrder, quantity: number, price: number, legPrices: readonly number[]): Report[] {
    const { traded, isBuy } = order;
    const side = isBuy ? 1 : -1;
    if (!traded.isCombination) {
      const [leg] = traded.legs;
      return [this.#keep(this.#leg(order, leg, side * quantity, price))];
    }
    const whole = this.#execution(order, traded.contract, side * quantity, price);
    const cumQty = order.filled + quantity;
    const head = { execution: { ...whole, cumQty, avgPrice: price }, commission: null };
    const legs = traded.legs.map((leg, n) =>
      this.#leg(order, leg, side * leg.ratio * quantity, legPrices[n])
    );
    return [head, ...legs].map((report) => this.#keep(report));
  }

  /** A fill of the world itself; null for what no client of the login sees. */
  ofWorld(fill: Fill): Report | null {
    const { basis } = this.#parts;
    if (fill.orderId?.startsWith(OWN_PREFIX)) return null;
    const realized = basis.take(fill.account, { ...fill, instrument: this.#of(fill.instrument) });
    if (fill.kind !== "trade") return null;
    return this.#worldReport(fill, realized);
  }

  /** A fill of before the emulator began; what it realised is not known. */
  ofMorning(fill: Fill): void {
    if (fill.kind === "trade") this.#worldReport(fill, null);
  }

  #worldReport(fill: Fill, realized: number | null): Report | null {
    const { account, instrument, signedQuantity, price } = fill;
    const owner = this.#parts.accountOf(account, instrument);
    if (owner === undefined) return null;
    const shares = Math.abs(signedQuantity);
    const execution: Execution = {
      execId: this.#nextId(),
      orderId: 0,
      clientId: 0,
      permId: worldPermId(fill.orderId ?? fill.fillId),
      orderRef: "",
      account: owner,
      contract: this.#parts.contractOf(instrument),
      exchange: this.#exchangeOf(instrument),
      side: signedQuantity > 0 ? "BOT" : "SLD",
      shares,
      price,
      cumQty: shares,
      avgPrice: price,
      at: fill.at,
      time: zonedTime(fill.at),
    };
    return this.#keep({ execution, commission: commissionOf(execution.execId, fill, realized) });
  }

  /** Puts a correction in the place of what it corrects. */
  correct(before: Execution, after: Execution): void {
    const index = this.#reports.findIndex(({ execution }) => execution.execId === before.execId);
    if (index >= 0) this.#reports[index] = { ...this.#reports[index], execution: after };
  }

  #leg(order: DeskOrder, leg: TradedLeg, signedQuantity: number, price: number): Report {
    const { world, basis } = this.#parts;
    const { worldId } = order.account;
    const { id } = leg.instrument;
    const orderId = `${OWN_PREFIX}${order.permId}`;
    const fill = world.trade({ account: worldId, instrument: id, signedQuantity, price, orderId });
    const realized = basis.take(worldId, { ...fill, instrument: leg.instrument });
    const plain = this.#execution(order, leg.contract, signedQuantity, price);
    const cumQty = (order.filled + Math.abs(signedQuantity / leg.ratio)) * Math.abs(leg.ratio);
    const value = order.avgFillPrice * order.filled + price * plain.shares;
    const avgPrice = order.traded.isCombination ? price : Math.round(value / cumQty * 1e8) / 1e8;
    const execution = { ...plain, cumQty, avgPrice, exchange: this.#exchangeOf(id) };
    return { execution, commission: commissionOf(execution.execId, fill, realized) };
  }

  #execution(
    order: DeskOrder,
    contract: readonly string[],
    signedQuantity: number,
    price: number,
  ): Execution {
    const at = this.#parts.world.now();
    const shares = Math.abs(signedQuantity);
    return {
      execId: this.#nextId(),
      orderId: order.orderId,
      clientId: order.clientId,
      permId: order.permId,
      orderRef: textOf(order.terms, "orderRef"),
      account: order.account.name,
      contract,
      exchange: "SMART",
      side: signedQuantity > 0 ? "BOT" : "SLD",
      shares,
      price,
      cumQty: shares,
      avgPrice: price,
      at,
      time: zonedTime(at),
    };
  }

  #exchangeOf(instrument: number): string {
    const { exchange } = this.#of(instrument);
    return exchange === "OPRA" ? OPTION_EXCHANGE : exchangeName(exchange);
  }

  #of(instrument: number): Instrument {
    return present(this.#parts.world.instruments()[instrument], "the instrument");
  }

  #nextId(): string {
    const number = (0x65000000 + ++this.#count).toString(16);
    return `${this.#prefix}.${number}.01.01`;
  }

  #keep(report: Report): Report {
    this.#reports.push(report);
    if (this.#reports.length > EXECUTIONS_MAX) this.#reports.shift();
    return report;
  }
}

/** The permId of an order (or a fill without one) of the world: its number from an own base. */
export function worldPermId(id: string): number {
  const base = id.startsWith("O") ? 1_500_000_000 : 1_700_000_000;
  return base + Number(id.replace(/\D/g, ""));
}

function commissionOf(execId: string, fill: Fill, realized: number | null): Commission {
  const realizedPnl = realized === null ? null : Math.round(realized * 100) / 100;
  return { execId, amount: fill.fees, currency: fill.currency, realizedPnl };
}
