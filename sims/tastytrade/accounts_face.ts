import { present } from "../../lib/base/assert.ts";
import { newYorkDay } from "../../lib/world/civil.ts";
import type { Fill, Instrument, Position } from "../../lib/world/mod.ts";
import { isShown, type MarketFace } from "./market_face.ts";

const FILLS_MAX = 50_000;
/** Share of an account's first cash that its account of odd options starts with. */
const SPLIT_SHARE = 0.4;

/** An account as the broker knows it. */
export interface FaceAccount {
  readonly number: string;
  /** Account of the world behind it. */
  readonly worldId: string;
  /** 1 holds the odd options of the world's account, 0 the rest. */
  readonly part: 0 | 1;
  readonly nickname: string;
  readonly typeName: string;
  readonly marginOrCash: "Margin" | "Cash";
}

/** A position with its instrument; `averagePrice` per unit. */
export interface FacePosition {
  readonly instrument: Instrument;
  readonly signedQuantity: number;
  readonly averagePrice: number;
  /** Instant of its last fill, or the start of the simulator, Unix ms. */
  readonly changedAt: number;
}

/** Dollars of an account: signed sums by kind, cash with the open variation of futures. */
export interface FaceBalances {
  readonly cash: number;
  readonly longEquity: number;
  readonly shortEquity: number;
  readonly longDerivative: number;
  readonly shortDerivative: number;
  readonly longFuturesDerivative: number;
  readonly shortFuturesDerivative: number;
  readonly netLiq: number;
}

/** Money that entered or left an account, dollars. */
export interface FaceFlow {
  readonly account: string;
  readonly at: number;
  readonly amount: number;
}

/** Accounts, positions, fills and balances of the world, in dollars, split as asked. */
export class AccountsFace {
  readonly accounts: readonly FaceAccount[];
  readonly flows: FaceFlow[] = [];
  readonly #market: MarketFace;
  readonly #isSplit: boolean;
  readonly #fills: Fill[] = [];
  readonly #startedAt: number;
  /** Instants of last fills, by account of the world and instrument. */
  readonly #changedAt = new Map<string, number>();
  /** Cash of the accounts of part 1, by account of the world. */
  readonly #oddCash = new Map<string, number>();

  constructor(market: MarketFace, count: 3 | 6) {
    this.#market = market;
    this.#isSplit = count === 6;
    this.#startedAt = market.now();
    const { world } = market;
    this.accounts = world.accounts().flatMap(({ id, name }) => {
      const even = account(id, 0, name);
      return this.#isSplit ? [even, account(id, 1, name)] : [even];
    });
    for (const { id } of world.accounts()) {
      const share = this.#isSplit ? SPLIT_SHARE : 0;
      this.#oddCash.set(id, Math.round(world.balances(id).cash.USD * share * 100) / 100);
    }
    this.#fills.push(...world.fillsToday().filter((fill) => fill.currency === "USD"));
    market.follow({
      happened: (event) => {
        if (event.kind === "fill") this.#take(event.fill);
        if (event.kind === "flow" && event.currency === "USD") this.#flow(event);
      },
    });
  }

  /** An account by its number. */
  of(number: string): FaceAccount | undefined {
    return this.accounts.find((one) => one.number === number);
  }

  /** The account that holds an instrument of an account of the world. */
  holderOf(worldId: string, instrument: Instrument): FaceAccount {
    const part = this.#partOf(instrument);
    const found = this.accounts.find((one) => one.worldId === worldId && one.part === part);
    return present(found, "the account");
  }

  /** Open positions of an account, in the order of their instruments. */
  positions(account: FaceAccount): FacePosition[] {
    return this.#market.world.positions(account.worldId)
      .map((position) => this.position(position))
      .filter(({ instrument }) => isShown(instrument) && this.#partOf(instrument) === account.part)
      .sort((a, b) => a.instrument.id - b.instrument.id);
  }

  /** A position of the world with its instrument. */
  position(position: Position): FacePosition {
    const { signedQuantity, averagePrice } = position;
    const instrument = present(this.#market.world.instruments()[position.instrument], "instrument");
    const key = `${position.account} ${instrument.id}`;
    const changedAt = this.#changedAt.get(key) ?? this.#startedAt;
    return { instrument, signedQuantity, averagePrice, changedAt };
  }

  /** Fills of an account since the simulator started (and before, in its first session). */
  fills(account: FaceAccount): Fill[] {
    return this.#fills.filter((fill) => {
      const instrument = this.#market.world.instruments()[fill.instrument];
      return fill.account === account.worldId && this.#partOf(instrument) === account.part;
    });
  }

  /** Dollars of an account at the marks of now. */
  balances(account: FaceAccount): FaceBalances {
    const sums = {
      longEquity: 0,
      shortEquity: 0,
      longDerivative: 0,
      shortDerivative: 0,
      longFuturesDerivative: 0,
      shortFuturesDerivative: 0,
    };
    let value = 0;
    for (const { instrument, signedQuantity } of this.positions(account)) {
      // A future is worth nothing beside its variation, which is in the cash.
      if (instrument.kind === "future") continue;
      const worth = signedQuantity * instrument.multiplier * this.#market.mark(instrument);
      value += worth;
      const isLong = signedQuantity > 0;
      switch (instrument.kind) {
        case "option":
          sums[isLong ? "longDerivative" : "shortDerivative"] += worth;
          break;
        case "futureOption":
          sums[isLong ? "longFuturesDerivative" : "shortFuturesDerivative"] += worth;
          break;
        default:
          sums[isLong ? "longEquity" : "shortEquity"] += worth;
      }
    }
    const cash = this.#cash(account);
    return { ...sums, cash, netLiq: cash + value };
  }

  /** Net liq at the previous official closes: today's fills undone, what was held at its close. */
  previousNetLiq(account: FaceAccount): number {
    const { world } = this.#market;
    const whole = world.balances(account.worldId).prevNative.USD;
    if (!this.#isSplit) return whole;
    const odd = this.#oddPreviousNetLiq(account.worldId);
    return account.part === 1 ? odd : whole - odd;
  }

  #oddPreviousNetLiq(worldId: string): number {
    const { world } = this.#market;
    const day = newYorkDay(this.#market.now());
    let sum = present(this.#oddCash.get(worldId), "the cash");
    const closeValue = (id: number, quantity: number): number => {
      const instrument = present(world.instruments()[id], "instrument");
      if (this.#partOf(instrument) === 0 || !isShown(instrument)) return 0;
      return quantity * instrument.multiplier * this.#market.latest(instrument).prevClose;
    };
    for (const { instrument, signedQuantity } of world.positions(worldId)) {
      sum += closeValue(instrument, signedQuantity);
    }
    for (const fill of this.#fills) {
      const instrument = present(world.instruments()[fill.instrument], "instrument");
      const isOdd = this.#partOf(instrument) === 1;
      if (fill.account !== worldId || !isOdd || newYorkDay(fill.at) !== day) continue;
      sum += fill.signedQuantity * fill.multiplier * fill.price + fill.fees;
      sum -= closeValue(fill.instrument, fill.signedQuantity);
    }
    return sum;
  }

  #cash(account: FaceAccount): number {
    const odd = present(this.#oddCash.get(account.worldId), "the cash");
    const whole = this.#market.world.balances(account.worldId).cash.USD;
    return account.part === 1 ? odd : whole - odd;
  }

  #take(fill: Fill): void {
    if (fill.currency !== "USD") return;
    this.#changedAt.set(`${fill.account} ${fill.instrument}`, fill.at);
    this.#fills.push(fill);
    if (this.#fills.length > FILLS_MAX) this.#fills.shift();
    const instrument = this.#market.world.instruments()[fill.instrument];
    if (this.#partOf(instrument) === 0) return;
    const paid = fill.signedQuantity * fill.multiplier * fill.price + fill.fees;
    this.#oddCash.set(fill.account, present(this.#oddCash.get(fill.account), "cash") - paid);
  }

  #flow(event: { account: string; at: number; amount: number }): void {
    const holder = this.accounts.find((one) => one.worldId === event.account && one.part === 0);
    this.flows.push({
      account: present(holder, "account").number,
      at: event.at,
      amount: event.amount,
    });
    if (this.flows.length > FILLS_MAX) this.flows.shift();
  }

  #partOf(instrument: Instrument): 0 | 1 {
    return this.#isSplit && instrument.kind === "option" && instrument.id % 2 === 1 ? 1 : 0;
  }
}

function account(worldId: string, part: 0 | 1, name: string): FaceAccount {
  const isIra = name === "IRA";
  return {
    number: `5W${part === 0 ? "X" : "Y"}${worldId.slice(-5)}`,
    worldId,
    part,
    nickname: part === 0 ? name : `${name} options`,
    typeName: isIra ? "Traditional IRA" : name,
    marginOrCash: isIra ? "Cash" : "Margin",
  };
}
