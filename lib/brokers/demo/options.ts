import type { UnixMs } from "../../base/brand.ts";
import type { BrokerAdapter } from "../../ports/broker.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Timers } from "../../ports/timers.ts";
import type { WorldBegun, WorldLink, WorldResume, WorldStart } from "./wire/messages.ts";

/** How a demo market came to where it stands. */
export interface DemoBegun {
  /** Market time of the checkpoint from which it went on, Unix ms; null: it began anew. */
  readonly checkpointAt: UnixMs | null;
  /** Market time that passed while the desk was away, ms; see `goesOnUntil`. */
  readonly wentOnMs: number;
  /** One line for the user when a checkpoint could not be used; null otherwise. */
  readonly notice: string | null;
}

/** How the demo market is opened. */
export interface DemoOptions {
  readonly start: WorldStart;
  readonly link: WorldLink;
  readonly clock: Clock;
  readonly timers: Timers;
  /**
   * Where the market goes on: what `onCheckpoint` gave and the real ms since then. The buffer of
   * the bytes is transferred. Absent or null: it begins at 10:15 of its first session.
   */
  readonly resume?: WorldResume | null;
  /** Told once, before `connect` answers. */
  readonly onBegun?: (begun: DemoBegun) => void;
  /**
   * Takes checkpoints: every 10 s (rarer for a large book), when a session opens or closes, when
   * asked, and the last one while the market closes. The bytes are the taker's own; `sourceNow` is
   * the market time of the checkpoint, Unix ms.
   */
  readonly onCheckpoint?: (bytes: Uint8Array<ArrayBuffer>, sourceNow: UnixMs) => void;
}

/** The demo market as a broker, with checkpoints. */
export interface DemoAdapter extends BrokerAdapter {
  /** Asks for a checkpoint now; it comes by `onCheckpoint`. Does nothing before `connect`. */
  requestCheckpoint(): void;
}

/** What is told of how a market began. */
export function begunOf(begun: WorldBegun): DemoBegun {
  switch (begun.kind) {
    case "first":
      return { checkpointAt: null, wentOnMs: 0, notice: null };
    case "goesOn":
      return { checkpointAt: begun.checkpointAt, wentOnMs: begun.wentOnMs, notice: null };
    case "anew": {
      const notice = `the demo market begins anew: ${begun.why}`;
      return { checkpointAt: null, wentOnMs: 0, notice };
    }
  }
}
