import type { Fill } from "../../domain/position.ts";
import type { LifecycleEvent } from "../../ports/broker.ts";
import type { Journal, JournalEntry } from "../../ports/journal.ts";
import type { Timers } from "../../ports/timers.ts";
import type { EngineListener } from "../engine.ts";

/** A fill as the journal keeps it; a correction of the broker is a record of its own. */
export function fillEntry(source: string, fill: Fill): JournalEntry {
  const { accountId, execId, signedQuantity, price, fees } = fill;
  return {
    kind: "fill",
    key: [source, accountId, execId, signedQuantity, price, fees].join(" "),
    at: fill.filledAt,
    value: { ...fill },
  };
}

/** A life-cycle event as the journal keeps it. */
export function lifecycleEntry(source: string, event: LifecycleEvent): JournalEntry {
  const { kind, accountId, instrumentKey, at } = event;
  return {
    kind: "lifecycle",
    key: [source, kind, accountId ?? "", instrumentKey ?? "", at].join(" "),
    at,
    value: { ...event },
  };
}

/** What waits to be told until it is on the disk. */
interface Waiting {
  readonly say: () => void;
  isReady: boolean;
}

/** A disk that takes longer is told about all the same: nobody trades blind for want of a disk. */
const WAIT_MAX_MS = 250;

/** What a recorded listener is made from. */
export interface JournalistOptions {
  readonly listener: EngineListener;
  readonly journal: Journal;
  /** Names the market or broker, so that runs of different ones never mix. */
  readonly source: string;
  readonly timers: Timers;
}

/**
 * A listener that has fills and life-cycle events on the disk before anybody is told (P11), in the
 * order in which they came. Where the disk takes longer than 250 ms they are told first: the
 * journal keeps trying, and the desk says that it does not record. What the journal does not keep
 * at all is told as trouble.
 */
export function recordedListener(options: JournalistOptions): EngineListener {
  const { listener, journal, source, timers } = options;
  const queue: Waiting[] = [];
  let isRefused = false;
  const keep = async (entry: JournalEntry) => {
    const receipt = await journal.append(entry);
    // Said once for many: a full queue refuses thousands.
    if (!receipt.ok && !isRefused) {
      const { message, fix } = receipt.error;
      listener.trouble(`${entry.kind} not recorded: ${message}: ${fix}`);
    }
    isRefused = !receipt.ok;
  };
  const ready = (one: Waiting) => {
    one.isReady = true;
    while (queue.length > 0 && queue[0].isReady) queue.shift()?.say();
  };
  const tell = (entry: JournalEntry, say: () => void) => {
    const one: Waiting = { say, isReady: false };
    queue.push(one);
    const patience = timers.setTimer(WAIT_MAX_MS, () => ready(one));
    void keep(entry).then(() => {
      patience.cancel();
      if (!one.isReady) ready(one);
    });
  };
  return {
    ...listener,
    earlierFill: (fill) => {
      void keep(fillEntry(source, fill));
      listener.earlierFill(fill);
    },
    fill: (fill) => tell(fillEntry(source, fill), () => listener.fill(fill)),
    lifecycle: (event) => tell(lifecycleEntry(source, event), () => listener.lifecycle(event)),
  };
}
