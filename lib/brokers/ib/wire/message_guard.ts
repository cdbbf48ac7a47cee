import type { IBApi } from "@stoqey/ib";
import { assert } from "../../../base/assert.ts";
import type { IbEvents } from "./client.ts";
import { masked, RawMessage } from "./raw_message.ts";

const REASON_CHARACTERS = 120;
/** The library asks for a report to its authors; here it is the message of TWS that is new. */
const INVITATION = /Please report to \S+/;

interface LibraryInside {
  readonly controller: {
    processIngressQueue(): void;
    readonly decoder: { dataQueue: unknown[] };
    readonly socket: { _v100MessageBuffer: Uint8Array };
  };
}

/**
 * Stands between the library and our listeners: what escapes a listener or the decoder would come
 * out of the socket's callback and end the process. Here it costs its own message, and is said.
 */
export class MessageGuard {
  readonly raw = new RawMessage();
  /** Nothing is reported any more. */
  isOver = false;
  readonly #events: IbEvents;
  readonly #inside: LibraryInside;
  #blankCount = 0;
  #unsaid: string | null = null;

  constructor(api: IBApi, events: IbEvents) {
    this.#events = events;
    this.#inside = api as unknown as LibraryInside;
    this.#guardDecoder();
  }

  /** What a listener said that could not be told to anybody; null as a rule. */
  get unsaid(): string | null {
    return this.#unsaid;
  }

  /** Runs a listener's body. */
  run(work: () => void): void {
    if (this.isOver) return;
    try {
      work();
    } catch (error) {
      this.failed(error);
    }
  }

  /** As `run`, for what comes out of a message; says how many of its numbers were not there. */
  take(work: () => void): void {
    if (this.raw.isQuarantined) return;
    this.run(work);
    this.tellBlanks();
  }

  /** Numbers that were not there since the last time. */
  tellBlanks(): void {
    const { blankCount } = this.raw;
    if (blankCount === this.#blankCount) return;
    const count = blankCount - this.#blankCount;
    this.#blankCount = blankCount;
    this.run(() => this.#events.blank(count, this.raw.at(0)));
  }

  /** The message of the moment is not used. */
  quarantine(reason: string): void {
    if (this.raw.isQuarantined) return;
    this.raw.isQuarantined = true;
    const words = masked(reason.replace(INVITATION, "")).slice(0, REASON_CHARACTERS).trim();
    this.run(() => this.#events.undecoded(words, this.raw.shown()));
  }

  /** A listener failed: its message is lost, and that is said. */
  failed(error: unknown): void {
    if (this.raw.isQuarantined || this.isOver) return;
    this.raw.isQuarantined = true;
    const reason = masked(`not taken in: ${wordsOf(error)}`).slice(0, REASON_CHARACTERS);
    try {
      this.#events.undecoded(reason, this.raw.shown());
    } catch (second) {
      // Whoever counts failures failed; it comes with the reason of the connection's end.
      this.#unsaid = wordsOf(second);
    }
  }

  /**
   * Forgets what arrived and is not decoded. After a length that is none the library would read
   * the same bytes for ever.
   */
  forgetBytes(): void {
    const { socket } = this.#inside.controller;
    socket._v100MessageBuffer = socket._v100MessageBuffer.subarray(0, 0);
  }

  /** An exception of the decoder (a reject text that is no JSON) leaves the rest of the chunk. */
  #guardDecoder(): void {
    const { controller } = this.#inside;
    assert(typeof controller.processIngressQueue === "function", "the library is 1.6.10");
    const decode = controller.processIngressQueue.bind(controller);
    controller.processIngressQueue = () => {
      try {
        decode();
      } catch (error) {
        controller.decoder.dataQueue = [];
        if (!this.isOver) this.#salvage(error);
      }
    };
  }

  #salvage(error: unknown): void {
    const { raw } = this;
    this.quarantine(wordsOf(error));
    if (raw.at(0) !== "4") return;
    // The words and the code of the error are whole; only what hangs on them is not.
    const id = Number(raw.at(2));
    const code = Number(raw.at(3));
    this.run(() => this.#events.notice({ id, code, text: raw.at(4) }));
  }
}

/** The words of whatever was thrown. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
