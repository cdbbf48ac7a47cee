import { fail, ok, type Result } from "../../base/result.ts";
import type { ConnectionMode, ConnectionsState } from "../../domain/connection.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Connections, TestRefusal, TestRequest } from "../connections.ts";
import type { LiveStart } from "./live_start.ts";

/** As the desk is marked: real money at any broker is real money. */
function modeOf(modes: readonly ConnectionMode[]): ConnectionMode {
  return modes.includes("live") ? "live" : modes[0];
}

/** The connections of a desk with several brokers: each has its own steps, pace and test. */
export class SeveralStarts implements Connections {
  readonly #starts: readonly LiveStart[];
  readonly #clock: Pick<Clock, "now">;

  /** `starts`: at least one. */
  constructor(starts: readonly LiveStart[], clock: Pick<Clock, "now">) {
    this.#starts = starts;
    this.#clock = clock;
  }

  /** Begins to connect, all at once; call once. */
  start(): void {
    for (const one of this.#starts) one.start();
  }

  /** Gives up what is under way and stops what runs. */
  async stop(reason: string): Promise<void> {
    await Promise.all(this.#starts.map((one) => one.stop(reason)));
  }

  state(): ConnectionsState {
    const states = this.#starts.map((one) => one.state());
    return {
      mode: modeOf(states.map(({ mode }) => mode)),
      isLoaded: states.some(({ isLoaded }) => isLoaded),
      now: this.#clock.now(),
      connections: states.flatMap(({ connections }) => connections),
    };
  }

  /** Of one broker; without a name of all, of which those that must wait are left out. */
  test({ broker, step }: TestRequest): Result<null, TestRefusal> {
    const asked = this.#starts.filter(({ id }) => broker === null || id === broker);
    if (asked.length === 0) {
      return fail({ code: "unknown", message: `no broker is named ${broker}` });
    }
    const answers = asked.map((one) => one.test({ broker: null, step }));
    if (answers.some((answer) => answer.ok)) return ok(null);
    const refusals = answers.flatMap((answer) => answer.ok ? [] : [answer.error]);
    const waits = refusals.flatMap((one) => one.code === "tooSoon" ? [one.retryAfterMs] : []);
    if (waits.length === 0) return fail(refusals[0]);
    return fail({ code: "tooSoon", retryAfterMs: Math.min(...waits) });
  }
}
