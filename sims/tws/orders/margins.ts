import { feesOf } from "../../../lib/world/core.ts";
import type { Instrument } from "../../../lib/world/mod.ts";
import type { TwsAccount } from "../accounts/accounts_face.ts";
import type { TwsFace } from "../face.ts";
import { doubleText } from "../wire/field_writer.ts";
import type { DeskOrder } from "./desk_order.ts";
import type { WhatIf } from "./order_writer.ts";

/** Shares of a position's value that are asked for: to open it, and to keep it. */
const SHARE_INITIAL = 0.5;
const SHARE_MAINTENANCE = 0.25;
const FUTURE_SHARE = 0.06;
/** Short options: this share of the underlying less what they are out of the money, a least one. */
const SHORT_OPTION_SHARE = 0.2;
const SHORT_OPTION_LEAST = 0.1;

interface Requirement {
  readonly initial: number;
  readonly maintenance: number;
}

/** What an order would change, as a what-if is answered. */
export function whatIfOf(order: DeskOrder, account: TwsAccount, face: TwsFace): WhatIf {
  const before = { initial: 0, maintenance: 0 };
  for (const { instrument, signedQuantity } of face.accounts.positions(account)) {
    add(before, requirementOf(face, instrument, signedQuantity));
  }
  const after = { ...before };
  const side = order.isBuy ? 1 : -1;
  let fees = 0;
  for (const { instrument, ratio } of order.traded.legs) {
    const held = face.accounts.line(account, instrument)?.signedQuantity ?? 0;
    const change = side * ratio * order.quantity;
    add(after, requirementOf(face, instrument, held + change));
    add(after, requirementOf(face, instrument, held), -1);
    fees += feesOf(instrument, change, face.market.mark(instrument)) *
      face.accounts.rate(instrument.currency);
  }
  const equity = face.accounts.netLiq(account);
  const was = [before.initial, before.maintenance, equity];
  const then = [after.initial, after.maintenance, equity - fees];
  const changes = then.map((value, n) => value - was[n]);
  const text = (value: number): string => doubleText(Math.round(value * 100) / 100);
  return {
    margins: [...was, ...changes, ...then].map(text),
    commission: text(fees),
    minCommission: "",
    maxCommission: "",
    currency: "USD",
  };
}

function add(sum: { initial: number; maintenance: number }, one: Requirement, sign = 1): void {
  sum.initial += sign * one.initial;
  sum.maintenance += sign * one.maintenance;
}

function requirementOf(face: TwsFace, instrument: Instrument, quantity: number): Requirement {
  const { market, accounts } = face;
  const units = Math.abs(quantity) * instrument.multiplier * accounts.rate(instrument.currency);
  const mark = market.mark(instrument);
  const { option } = instrument;
  if (option === undefined) {
    const isFuture = instrument.kind === "future";
    const initial = units * mark * (isFuture ? FUTURE_SHARE : SHARE_INITIAL);
    const maintenance = units * mark * (isFuture ? FUTURE_SHARE : SHARE_MAINTENANCE);
    return { initial, maintenance };
  }
  // A long option is paid for and asks for no more.
  if (quantity >= 0) return { initial: 0, maintenance: 0 };
  const level = market.mark(market.underlyingOf(instrument));
  const away = option.right === "call" ? option.strike - level : level - option.strike;
  const share = Math.max(
    SHORT_OPTION_SHARE * level - Math.max(0, away),
    SHORT_OPTION_LEAST * (option.right === "call" ? level : option.strike),
  );
  const requirement = units * (mark + share);
  return { initial: requirement, maintenance: requirement };
}
