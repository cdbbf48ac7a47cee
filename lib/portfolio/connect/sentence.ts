import {
  type ConnectionReport,
  type ConnectionsState,
  failingStep,
} from "../../domain/connection.ts";
import { listed } from "../../format/words.ts";

/** Which step of how many a report is at: the failing one, else the one that is tested. */
function stepWords({ steps }: ConnectionReport): string {
  const at = steps.findIndex(({ state }) => state === "running");
  return at < 0 ? "" : `, step ${at + 1} of ${steps.length}`;
}

/** How one connection stands, in a sentence: what fails, or that it is being or is connected. */
export function connectionSentence(report: ConnectionReport): string {
  const at = failingStep(report.steps);
  const fault = report.steps[at]?.fault ?? null;
  if (fault !== null) return `${report.label} stops at step ${at + 1}: ${fault.headline}.`;
  if (report.isLoaded) return `${report.label} is connected.`;
  return `${report.label} is being connected${stepWords(report)}.`;
}

/**
 * How the connections of a desk stand: the first that fails is the answer, else the first that is
 * on its way, else all.
 */
export function connectionsSentence(state: ConnectionsState): string {
  const { connections, mode } = state;
  const failing = connections.find(({ steps }) => failingStep(steps) >= 0) ??
    connections.find(({ isLoaded }) => !isLoaded);
  if (failing !== undefined) return connectionSentence(failing);
  if (connections.length > 0) {
    const names = listed(connections.map(({ label }) => label));
    return `${names} ${connections.length === 1 ? "is" : "are"} connected.`;
  }
  return mode === "replay"
    ? "A recording is played; no broker is connected."
    : "The demo market runs; no broker is connected.";
}

/** Connections with a failing step. */
export function failingCount(state: ConnectionsState): number {
  return state.connections.filter(({ steps }) => failingStep(steps) >= 0).length;
}
