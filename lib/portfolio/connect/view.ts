import {
  type ConnectionReport,
  type ConnectionsState,
  type ConnectionStep,
  failingStep,
  type SettingInUse,
  type StepState,
} from "../../domain/connection.ts";
import { newYorkTime } from "../../calendar/new_york.ts";
import { formatClock } from "../../format/time.ts";
import { countWord, listed, plural } from "../../format/words.ts";
import { pageTitle, type Pip } from "../overview/feed_bar.ts";
import { connectionsSentence, failingCount } from "./sentence.ts";

/** What to do about a failing step. */
export interface FixView {
  readonly cause: string;
  readonly remedy: readonly string[];
  /** Whether and when it is tested without being asked. */
  readonly note: string;
}

/** A step as the list draws it. */
export interface StepView {
  readonly id: string;
  readonly title: string;
  readonly tone: "ok" | "bad" | "todo" | "run";
  /** "✓", "✕", or its number. */
  readonly mark: string;
  readonly spoken: string;
  readonly detail: string;
  readonly fix: FixView | null;
}

/** A broker as the page draws it. */
export interface BrokerView {
  readonly id: string;
  readonly label: string;
  readonly note: string;
  readonly badge: { readonly tone: "breach" | "ok" | "plain"; readonly text: string };
  readonly steps: readonly StepView[];
  readonly isTesting: boolean;
  readonly settings: readonly SettingInUse[];
  readonly howToChange: readonly string[];
}

/** The connection page at one moment. */
export interface ConnectView {
  /** Title of the page while there is no book; what fails stands first, then the mode. */
  readonly title: string;
  readonly kicker: readonly string[];
  readonly headline: string;
  readonly stand: string;
  readonly brokers: readonly BrokerView[];
  readonly isLoaded: boolean;
  readonly isTesting: boolean;
  readonly failing: number;
  /** What the bar of a page without a book says: a disc only where everything is proven. */
  readonly bar: { readonly pip: Pip; readonly text: string };
}

const SPOKEN: Readonly<Record<StepState, string>> = {
  passed: "passed",
  failed: "failed",
  running: "being tested",
  notReached: "not reached",
  notTested: "not tested",
};

function clockOf(at: number): string {
  return formatClock(newYorkTime(at));
}

function againNote(report: ConnectionReport, at: number): string {
  if (report.isTesting) return "being tested now";
  if (report.nextTestAt !== null) {
    return `tests itself, next at ${clockOf(report.nextTestAt)} New York`;
  }
  if (report.isLoaded && at > 0) return "the desk keeps trying by itself";
  return "waits for you: another refused sign-in could block this address";
}

function toneOf({ state, fault }: ConnectionStep): StepView["tone"] {
  switch (state) {
    case "passed":
      return "ok";
    case "failed":
      return "bad";
    case "running":
      return fault === null ? "run" : "bad";
    case "notReached":
    case "notTested":
      return "todo";
  }
}

function stepView(report: ConnectionReport, index: number): StepView {
  const step = report.steps[index];
  const { id, title, state, detail, at, fault } = step;
  const tone = toneOf(step);
  const isFound = state === "failed" && at !== null;
  return {
    id,
    title,
    tone,
    mark: tone === "ok" ? "✓" : tone === "bad" ? "✕" : String(index + 1),
    spoken: SPOKEN[state],
    detail: isFound ? `${detail}, ${clockOf(at)}` : detail,
    fix: fault === null
      ? null
      : { cause: fault.cause, remedy: fault.remedy, note: againNote(report, index) },
  };
}

function badgeOf(report: ConnectionReport): BrokerView["badge"] {
  const { steps } = report;
  const failing = failingStep(steps);
  if (failing >= 0) return { tone: "breach", text: `Step ${failing + 1} of ${steps.length} fails` };
  const count = (state: StepState) => steps.filter((step) => step.state === state).length;
  const running = steps.findIndex(({ state }) => state === "running");
  if (running >= 0) return { tone: "plain", text: `Step ${running + 1} of ${steps.length}` };
  const [passed, untested] = [count("passed"), count("notTested")];
  if (passed === steps.length) return { tone: "ok", text: `All ${steps.length} pass` };
  const rest = untested > 0 ? `, ${untested} not tested` : "";
  return { tone: "plain", text: `${passed} of ${steps.length} pass${rest}` };
}

function brokerView(report: ConnectionReport): BrokerView {
  const { id, label, note, isTesting, settings, howToChange } = report;
  return {
    id,
    label,
    note,
    badge: badgeOf(report),
    steps: report.steps.map((_, index) => stepView(report, index)),
    isTesting,
    settings,
    howToChange,
  };
}

/** True when nothing is tried any more without being asked. */
function isWaiting(connections: readonly ConnectionReport[]): boolean {
  return connections.every(({ isTesting, nextTestAt }) => !isTesting && nextTestAt === null);
}

/** The desk runs although not every broker is there. */
function runningWithout(
  connections: readonly ConnectionReport[],
  without: readonly string[],
  failing: number,
): string {
  const loaded = connections.filter((one) => one.isLoaded).map(({ label }) => label);
  const there = `${listed(loaded)} ${loaded.length === 1 ? "is" : "are"} connected.`;
  const theirs = without.length === 1 ? "its" : "their";
  const until = failing > 0 ? "this step passes" : "they are loaded";
  return `${there} The desk runs without ${listed(without)}: ${theirs} accounts are in no total ` +
    `until ${until}, and are taken in by themselves then.`;
}

function standOf(state: ConnectionsState, failing: number): string {
  const { connections, isLoaded } = state;
  if (connections.length === 0) {
    return "Nothing on this desk can reach a broker. To connect one, name it when the desk is " +
      "started; its steps are then tested here, one after the other.";
  }
  const without = connections.filter((one) => !one.isLoaded).map(({ label }) => label);
  if (isLoaded && without.length > 0) return runningWithout(connections, without, failing);
  if (failing > 0) {
    return isLoaded
      ? "The book stays on the other pages; what this step should bring is marked stale or " +
        "absent there until it passes."
      : isWaiting(connections)
      ? "Without it no book can be loaded, and no page shows one. The desk waits for you, " +
        "because the broker locks out whoever is refused too often."
      : "Without it no book can be loaded, and no page shows one. As soon as it passes the desk " +
        "goes on by itself.";
  }
  if (!isLoaded) return "Accounts and positions are on their way; then the Overview opens here.";
  const theirs = connections.length === 1 ? "its" : "their";
  const untested = connections.flatMap(({ steps }) => steps)
    .filter((step) => step.state === "notTested").length;
  return untested === 0
    ? "Every step was proven."
    : `${countWord(untested)[0].toUpperCase()}${countWord(untested).slice(1)} of ${theirs} steps ` +
      "cannot be proven now; its line says why.";
}

function kickerOf({ connections, mode }: ConnectionsState): string[] {
  if (connections.length === 0) return [mode === "demo" ? "demo market" : "recording"];
  const checked = connections.map(({ checkedAt }) => checkedAt).filter((at) => at !== null);
  const when = checked.length === 0
    ? "first check under way"
    : `checked ${clockOf(Math.max(...checked))} New York`;
  return [plural(connections.length, "broker"), when];
}

function barOf(brokers: readonly BrokerView[], failing: number): ConnectView["bar"] {
  const text = brokers.map(({ label, badge }) => `${label}: ${badge.text}`).join(", ");
  if (brokers.length === 0) return { pip: "shut", text };
  if (failing > 0) return { pip: "down", text };
  return { pip: brokers.every(({ badge }) => badge.tone === "ok") ? "live" : "late", text };
}

/** The connection page of a desk. */
export function connectView(state: ConnectionsState): ConnectView {
  const failing = failingCount(state);
  const brokers = state.connections.map(brokerView);
  return {
    title: `${failing > 0 ? "Not connected · " : ""}${pageTitle(state.mode, "Connect", "fine")}`,
    kicker: kickerOf(state),
    headline: connectionsSentence(state),
    stand: standOf(state, failing),
    brokers,
    bar: barOf(brokers, failing),
    isLoaded: state.isLoaded,
    isTesting: state.connections.some(({ isTesting }) => isTesting),
    failing,
  };
}

/** A piece of a text; what stands on a screen is bold. */
export interface Piece {
  readonly text: string;
  readonly isBold: boolean;
}

/** Pieces of a text in which `**…**` is what stands on a screen, in their order. */
export function emphasized(text: string): readonly Piece[] {
  return text.split("**").map((part, index) => ({ text: part, isBold: index % 2 === 1 }))
    .filter((part) => part.text !== "");
}
