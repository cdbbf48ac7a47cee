import { feesOf } from "../../../lib/world/core.ts";
import type { TwsAccount } from "../accounts/accounts_face.ts";
import type { BookLine } from "../accounts/book.ts";
import { marginsOf } from "../accounts/margins.ts";
import type { TwsFace } from "../face.ts";
import { doubleText } from "../wire/field_writer.ts";
import type { DeskOrder } from "./desk_order.ts";
import type { WhatIf } from "./order_writer.ts";

/** What an order would change, as a what-if is answered; base currency. */
export function whatIfOf(order: DeskOrder, account: TwsAccount, face: TwsFace): WhatIf {
  const { accounts, market } = face;
  const rateOf = (currency: string): number => accounts.rate(currency);
  const lines = accounts.positions(account);
  const before = marginsOf(lines, market, rateOf);
  const after = marginsOf(linesAfter(lines, order), market, rateOf);
  const fees = order.traded.legs.reduce((sum, { instrument, ratio }) => {
    const fee = feesOf(instrument, ratio * order.quantity, market.mark(instrument));
    return sum + fee * rateOf(instrument.currency);
  }, 0);
  const equity = accounts.netLiq(account);
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

function linesAfter(lines: readonly BookLine[], order: DeskOrder): BookLine[] {
  const side = order.isBuy ? 1 : -1;
  const changes = new Map(order.traded.legs.map(({ instrument, ratio }) => [
    instrument.id,
    { instrument, change: side * ratio * order.quantity },
  ]));
  const after = lines.map((line) => {
    const change = changes.get(line.instrument.id)?.change ?? 0;
    changes.delete(line.instrument.id);
    return { ...line, signedQuantity: line.signedQuantity + change };
  });
  const blank = { unitCost: 0, realized: 0, dayQuantity: 0, dayPaid: 0 };
  for (const { instrument, change } of changes.values()) {
    after.push({ instrument, signedQuantity: change, ...blank });
  }
  return after;
}
