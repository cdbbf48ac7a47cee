interface Message {
  readonly action?: string;
  readonly value?: unknown;
  readonly "auth-token"?: string;
  readonly "request-id"?: number;
}

/** One connection of an account streamer as someone else would write it from its page. */
export class StrangerAccountStream {
  #isConnected = false;
  readonly #late: ReturnType<typeof setTimeout>[] = [];

  constructor(
    readonly send: (text: string) => void,
    readonly isToken: (token: string) => boolean,
    readonly problems: string[],
  ) {}

  close(): void {
    for (const timer of this.#late) clearTimeout(timer);
  }

  text(text: string): void {
    const message: Message = JSON.parse(text);
    const token = String(message["auth-token"] ?? "").replace(/^Bearer /, "");
    if (!this.isToken(token)) return this.#answer(message, { status: "error", message: "failed" });
    if (message.action === "connect") {
      this.#isConnected = true;
      // Somebody else's news comes before the answer, and a kind that nobody knows.
      this.#say({ type: "QuantumLeap", data: { "account-number": 7 }, timestamp: "soon" });
      this.#late.push(setTimeout(() => this.#answer(message, { status: "ok" }), 300));
    } else if (!this.#isConnected) {
      this.#answer(message, { status: "error", message: "connect-not-completed" });
    } else if (message.action === "heartbeat") {
      this.#answer(message, { status: "ok" });
    } else this.problems.push(`action ${message.action}`);
  }

  /** Tells something, alone or in a bundle with what is nothing. */
  notice(type: string, data: object, isBundled: boolean): void {
    const note = { timestamp: Date.now(), data, type };
    this.#say(isBundled ? { results: [null, { type: 7 }, note], more: true } : note);
  }

  #answer({ action, value, "request-id": id }: Message, how: object): void {
    const one = Array.isArray(value) && value.length === 1 ? value[0] : value;
    const request = id === undefined ? {} : { "request-id": id };
    this.#say({ ...request, value: one, action, "web-socket-session-id": 17, ...how });
  }

  #say(message: object): void {
    this.send(JSON.stringify(message));
  }
}
