import type { ConnectionStep } from "../../../domain/connection.ts";

/** The steps of a connection to TWS or IB Gateway in their order, with the words of the page. */
export const IB_STEPS = [
  { id: "port", title: "Port answers" },
  { id: "handshake", title: "API handshake answered" },
  { id: "clientId", title: "Client id free" },
  { id: "accounts", title: "Accounts found" },
  { id: "positions", title: "Positions arrive" },
  { id: "contracts", title: "Contract details arrive" },
  { id: "marketData", title: "Market data arrives" },
  { id: "greeks", title: "Greeks arrive" },
] as const;

/** Id of a step. */
export type IbStepId = typeof IB_STEPS[number]["id"];

/** Id of the last step without which there is no book. */
export const IB_LOADS_AFTER: IbStepId = "positions";

/** A step before anything is known of it. */
export function untouchedStep(index: number): ConnectionStep {
  const { id, title } = IB_STEPS[index];
  return { id, title, state: "notReached", detail: "not reached", at: null, fault: null };
}

/** Position of a step in the order; that of the last one for null. */
export function indexOfIbStep(id: string | null): number {
  const index = IB_STEPS.findIndex((step) => step.id === id);
  return index < 0 ? IB_STEPS.length - 1 : index;
}
