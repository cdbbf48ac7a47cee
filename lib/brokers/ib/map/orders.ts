import type { OrderState } from "../../../domain/position.ts";

const STATES: Readonly<Record<string, OrderState>> = {
  ApiPending: "submitted",
  PendingSubmit: "submitted",
  PreSubmitted: "accepted",
  Submitted: "accepted",
  PendingCancel: "accepted",
  Filled: "filled",
  Cancelled: "canceled",
  ApiCancelled: "canceled",
};

/** What is known of an order when its state is told. */
export interface OrderFacts {
  readonly status: string;
  /** Filled so far, above or at 0. */
  readonly filled: number;
  /** Of the whole order. */
  readonly quantity: number;
  /** IB said that it rejects the order (201, 321 and the like). */
  readonly isRejected: boolean;
}

/**
 * The desk's state of an order, or null for a status that it does not know. `Inactive` is a
 * rejection once IB says so, and else an order that is held and may come back. Source: ib.md §6.3.
 */
export function orderState(
  { status, filled, quantity, isRejected }: OrderFacts,
): OrderState | null {
  if (status === "Inactive") return isRejected ? "rejected" : "submitted";
  const state = Object.hasOwn(STATES, status) ? STATES[status] : null;
  if (state === "canceled" && isRejected && filled === 0) return "rejected";
  return state === "accepted" && filled > 0 && filled < quantity ? "partiallyFilled" : state;
}
