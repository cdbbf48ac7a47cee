import { BookCopy } from "../../lib/stream/client/book_copy.ts";
import { frameFromJson } from "../../lib/stream/protocol/frame_json.ts";
import { PROTOCOL_VERSION } from "../../lib/stream/protocol/limits.ts";
import type { ServerMessage } from "../../lib/stream/protocol/messages.ts";
import { readServerMessage } from "../../lib/stream/protocol/parse_server.ts";

/** What one client saw. */
export interface FollowerCounts {
  frames: number;
  snapshots: number;
  resumes: number;
  gaps: number;
  duplicates: number;
  malformed: number;
  /** Events that never came. */
  missedEvents: number;
}

/** Sends a message of the client. */
export type Send = (text: string) => void;

/**
 * The protocol side of a client, over any connection: keeps a `BookCopy` and counts what should not
 * happen. After a gap it asks for a snapshot, once.
 */
export class Follower {
  readonly copy = new BookCopy();
  readonly counts: FollowerCounts = {
    frames: 0,
    snapshots: 0,
    resumes: 0,
    gaps: 0,
    duplicates: 0,
    malformed: 0,
    missedEvents: 0,
  };
  /**
   * Called after every frame that changed the copy. The values of a snapshot may be newer than the
   * flush that it names (docs/stream.md): they compare with nobody's before the next diff.
   */
  onApplied: (isSnapshot: boolean) => void = () => {};
  #eventSeq = 0;
  #pingId = 0;
  #isRecovering = false;

  /** Takes one message: text, or the bytes of a frame. */
  take(data: string | Uint8Array, send: Send): void {
    if (typeof data !== "string") return this.#apply(data, send);
    const json: unknown = JSON.parse(data);
    if (isFrame(json)) {
      const bytes = frameFromJson(json);
      if (bytes.ok) this.#apply(bytes.value, send);
      else this.counts.malformed++;
      return;
    }
    const message = readServerMessage(json);
    if (!message.ok) this.counts.malformed++;
    else if (message.value !== null) this.#handle(message.value, send);
  }

  /** Proves that somebody is there. */
  ping(send: Send): void {
    send(JSON.stringify({ type: "ping", id: ++this.#pingId }));
  }

  #handle(message: ServerMessage, send: Send): void {
    if (message.type === "hello") {
      this.#isRecovering = false;
      this.copy.adopt(message);
      const resume = this.copy.resumePoint(this.#eventSeq);
      if (resume === null) this.#eventSeq = message.eventSeq;
      else this.counts.resumes++;
      const hello = { type: "hello", version: PROTOCOL_VERSION, rows: "all" };
      return send(JSON.stringify({ ...hello, resume, intervalMs: 0 }));
    }
    if (message.type !== "events") return;
    const first = message.events.find((event) => event.seq > this.#eventSeq);
    const isGap = first !== undefined && first.previous > this.#eventSeq;
    this.counts.missedEvents += message.missed + (isGap ? 1 : 0);
    this.#eventSeq = Math.max(this.#eventSeq, message.through);
  }

  #apply(bytes: Uint8Array, send: Send): void {
    const applied = this.copy.apply(bytes);
    switch (applied.kind) {
      case "gap":
        if (!this.#isRecovering) this.counts.gaps++;
        return this.#recover(send);
      case "malformed":
        this.counts.malformed++;
        return this.#recover(send);
      case "duplicate":
        this.counts.duplicates++;
        return;
      case "chunk":
        return;
      case "applied":
        if (applied.isSnapshot) {
          this.#isRecovering = false;
          this.counts.snapshots++;
        } else this.counts.frames++;
        this.onApplied(applied.isSnapshot);
    }
  }

  #recover(send: Send): void {
    if (this.#isRecovering) return;
    this.#isRecovering = true;
    send(JSON.stringify({ type: "snapshot" }));
  }
}

function isFrame(json: unknown): boolean {
  return typeof json === "object" && json !== null && "type" in json && json.type === "frame";
}
