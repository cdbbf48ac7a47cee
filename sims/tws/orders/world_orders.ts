import type { Order } from "../../../lib/world/mod.ts";
import type { TwsFace } from "../face.ts";
import { BLANK_SPEC } from "../wire/contract_fields.ts";
import { doubleText, FieldWriter } from "../wire/field_writer.ts";
import { MESSAGE } from "../wire/message_ids.ts";
import { contractText } from "./contract_text.ts";
import { worldPermId } from "./fills.ts";
import type { OrderField } from "./order_terms.ts";
import type { OrderEcho, OrderStatus } from "./order_writer.ts";

const STATUS: Readonly<Record<Order["status"], OrderStatus>> = {
  working: "Submitted",
  filled: "Filled",
  cancelled: "Cancelled",
};

/** An order that the account's owner entered in TWS itself, as openOrder tells it. */
export function echoOfWorld(order: Order, orderId: number, face: TwsFace): OrderEcho {
  const { account, signedQuantity, limitPrice } = order;
  const contract = face.contracts.of(face.market.instrument(order.instrument));
  const name = face.accounts.accounts.find(({ worldId }) => worldId === account)?.number ?? "";
  const values: [OrderField, string][] = [
    ["action", signedQuantity > 0 ? "BUY" : "SELL"],
    ["totalQuantity", String(Math.abs(signedQuantity))],
    ["orderType", "LMT"],
    ["lmtPrice", doubleText(limitPrice)],
    ["tif", "DAY"],
  ];
  return {
    orderId,
    clientId: 0,
    permId: worldPermId(order.orderId),
    parentId: 0,
    account: name,
    status: STATUS[order.status],
    contract: contractText(contract),
    legsDescription: "",
    terms: {
      contract: BLANK_SPEC,
      values: new Map(values),
      legs: [],
      legPrices: [],
      smartParams: [],
      algoParams: [],
      conditions: [],
      conditionsIgnoreRth: "",
      conditionsCancelOrder: "",
    },
    whatIf: null,
    warning: "",
  };
}

/** The orderStatus (3) of an order that was entered in TWS. */
export function statusOfWorld(order: Order, orderId: number): FieldWriter {
  const filled = Math.abs(order.filledQuantity);
  const left = Math.abs(order.signedQuantity) - filled;
  const price = filled > 0 ? order.limitPrice : 0;
  const message = new FieldWriter(MESSAGE.orderStatus).int(orderId).text(STATUS[order.status]);
  message.double(filled).double(left).double(price).int(worldPermId(order.orderId)).int(0);
  return message.double(price).int(0).text("").double(0);
}
