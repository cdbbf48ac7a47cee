import type { ConnectionStep } from "../../../domain/connection.ts";

export { failed, type Finding, notTested, passed } from "../../connection/finding.ts";

/** The steps of a connection to tastytrade in their order, with the words of the page. */
export const STEPS = [
  { id: "signIn", title: "Sign-in valid" },
  { id: "accounts", title: "Accounts found" },
  { id: "positions", title: "Positions arrive" },
  { id: "quoteToken", title: "Quote token given" },
  { id: "feed", title: "DXLink feed open and authorized" },
  { id: "firstQuote", title: "First quote arrives" },
  { id: "accountStream", title: "Account stream open" },
] as const;

/** Id of a step. */
export type StepId = typeof STEPS[number]["id"];

/** A step before anything is known of it. */
export function untouched(index: number): ConnectionStep {
  const { id, title } = STEPS[index];
  return { id, title, state: "notReached", detail: "not reached", at: null, fault: null };
}

/** Position of a step in the order; that of the last one for null. */
export function indexOfStep(id: string | null): number {
  const index = STEPS.findIndex((step) => step.id === id);
  return index < 0 ? STEPS.length - 1 : index;
}
