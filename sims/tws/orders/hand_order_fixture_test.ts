/** What tests set of an order; everything else is left empty, as most clients do. */
export interface HandOrder {
  readonly conId?: number;
  readonly symbol?: string;
  readonly secType?: string;
  readonly exchange?: string;
  readonly currency?: string;
  readonly action?: string;
  readonly quantity?: number;
  readonly type?: string;
  readonly limit?: number | "";
  readonly aux?: number | "";
  readonly tif?: string;
  readonly ocaGroup?: string;
  readonly account?: string;
  readonly ref?: string;
  readonly transmit?: string;
  readonly parentId?: number | "";
  readonly ocaType?: number | "";
  readonly whatIf?: string;
  readonly trailStop?: number | "";
  readonly trailPercent?: number | "";
  readonly allOrNone?: string;
  /** conId, ratio, action of each leg of a BAG. */
  readonly legs?: readonly (readonly [number, number, string])[];
}

const ACCOUNT = "DU1044417";

/** Empty fields, as many as asked for. */
function blank(count: number): string[] {
  return new Array<string>(count).fill("");
}

/** The fields of a placeOrder behind its id, written from the protocol's list alone. */
export function handOrder(orderId: number, order: HandOrder, version = 178): string[] {
  const { conId = "", symbol = "", secType = "", exchange = "SMART", currency = "USD" } = order;
  const { action = "BUY", quantity = 100, type = "LMT", limit = "", aux = "", tif = "DAY" } = order;
  const { ocaGroup = "", account = ACCOUNT, ref = "", transmit = "1", parentId = "" } = order;
  const contract = [conId, symbol, secType, ...blank(4), exchange, "", currency, ...blank(2)];
  const main = ["", "", action, quantity, type, limit, aux, tif, ocaGroup, account, "", 0, ref];
  const bag = secType !== "BAG" ? [] : [
    order.legs?.length ?? 0,
    ...(order.legs ?? []).flatMap(([id, ratio, side]) => [id, ratio, side, "SMART", ...blank(4)]),
    0,
    0,
  ];
  const box = [...blank(11), order.ocaType ?? "", "", "", order.allOrNone ?? "", ...blank(16)];
  const trail = ["", "", order.trailStop ?? "", order.trailPercent ?? "", ...blank(3)];
  const late = [...blank(3), "", ...blank(4), 0, "", "", order.whatIf ?? "", ...blank(4), 0];
  const tail = version < 193 ? [] : blank(4);
  return [
    ...[orderId, ...contract, ...main, transmit, parentId, ...blank(6)],
    ...[...bag, ...box, ...trail, ...late, ...blank(24), ...tail],
  ].map(String);
}
