/** A ping's answer with the local instants of asking and hearing. */
export interface PongTiming {
  readonly askedMs: number;
  readonly heardMs: number;
  readonly serverTime: number;
}

// A slower round trip says less about the offset than what is known already.
const ROUND_TRIP_MAX_MS = 2_000;

/**
 * The server's and the source's clock as seen from here, from their offset to a local monotonic
 * clock; the device's wall clock is never asked (CLI-3). All times in ms.
 */
export class ServerClock {
  #offsetMs = NaN;
  #sourceTime = NaN;
  #sourceAtServer = NaN;
  #sourceSpeed = 1;

  /** Notes the server's time of a message that arrived at `heardMs`. */
  note(serverTime: number, heardMs: number): void {
    const offset = serverTime - heardMs;
    // A message is only ever late, so the largest offset is the closest one.
    if (!(offset <= this.#offsetMs)) this.#offsetMs = offset;
  }

  /** Takes a measured round trip as the truth: also after the server's clock was set back. */
  notePong(pong: PongTiming): void {
    const roundTripMs = pong.heardMs - pong.askedMs;
    if (roundTripMs < 0 || roundTripMs > ROUND_TRIP_MAX_MS) return;
    this.#offsetMs = pong.serverTime + roundTripMs / 2 - pong.heardMs;
  }

  /** Notes the source's time at an instant of the server's clock, and how fast it runs. */
  noteSource(sourceTime: number, serverTime: number, sourceSpeed: number): void {
    this.#sourceTime = sourceTime;
    this.#sourceAtServer = serverTime;
    this.#sourceSpeed = sourceSpeed;
  }

  /** The server's time now; NaN before the first message. */
  serverNow(localMs: number): number {
    return localMs + this.#offsetMs;
  }

  /** The source's time now; NaN before the first frame. Never before the last frame's. */
  sourceNow(localMs: number): number {
    const elapsedMs = Math.max(0, this.serverNow(localMs) - this.#sourceAtServer);
    return this.#sourceTime + elapsedMs * this.#sourceSpeed;
  }

  /** Age of an instant of the source's clock, at least 0; NaN when unknown. */
  ageMs(at: number, localMs: number): number {
    return Math.max(0, this.sourceNow(localMs) - at);
  }
}
