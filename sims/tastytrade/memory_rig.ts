import { VirtualTime } from "../../lib/ports/virtual_time.ts";
import { isObject, type JsonObject, parseJson } from "./json.ts";
import type { ClientEnd } from "./memory.ts";
import type { SimOptions } from "./options.ts";
import { REST_DEFAULTS } from "./options.ts";
import type { SimReply } from "./rest/reply.ts";
import { TastytradeSim } from "./sim.ts";

/** A quarter past ten in New York, inside a session: market time and clock agree. */
export const IN_SESSION_MS = Date.parse("2025-03-19T14:15:00Z");

/** A hand-written client: sends what it is told to and keeps what it gets. */
export class HandClient {
  readonly texts: string[] = [];
  readonly closes: { code: number; reason: string; wasClean: boolean }[] = [];
  isOpen = false;
  readonly #end: ClientEnd;

  constructor(sim: TastytradeSim, url: string) {
    this.#end = sim.connect(url, {
      opened: () => void (this.isOpen = true),
      message: (text) => void this.texts.push(text),
      closed: (code, reason, wasClean) => {
        this.isOpen = false;
        this.closes.push({ code, reason, wasClean });
      },
    });
  }

  /** Sends an object as JSON, or a text as it is. */
  send(message: JsonObject | string): void {
    this.#end.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** Closes from the client's side. */
  close(): void {
    this.#end.close();
  }

  /** Frames that are JSON objects, oldest first. */
  messages(): JsonObject[] {
    const parsed = this.texts.map(parseJson);
    return parsed.flatMap((one) => one.ok && isObject(one.value) ? [one.value] : []);
  }

  /** Frames of a type. */
  ofType(type: string): JsonObject[] {
    return this.messages().filter((one) => one.type === type);
  }
}

/** A simulator under virtual time, with what tests do over and over. */
export class MemoryRig {
  readonly time: VirtualTime;
  readonly sim: TastytradeSim;
  #accessToken: string | null = null;

  constructor(options: Partial<SimOptions> = {}, startAt: number = IN_SESSION_MS) {
    this.time = new VirtualTime(startAt);
    this.sim = new TastytradeSim({
      clock: this.time,
      timers: this.time,
      positions: 60,
      ...options,
    });
  }

  /** Lets time pass. */
  advance(ms: number): void {
    this.time.advance(ms);
  }

  /** An access token as a client gets it, kept until `forgetToken`. */
  async accessToken(): Promise<string> {
    if (this.#accessToken !== null) return this.#accessToken;
    const { clientSecret, refreshToken } = REST_DEFAULTS;
    const body = JSON.stringify({
      grant_type: "refresh_token",
      client_secret: clientSecret,
      refresh_token: refreshToken,
    });
    const reply = await this.send("POST", "/oauth/token", body, {});
    const parsed = parseJson(reply.body);
    const token = parsed.ok && isObject(parsed.value) ? String(parsed.value.access_token) : "";
    this.#accessToken = token;
    return token;
  }

  /** Makes the next request ask for a new access token. */
  forgetToken(): void {
    this.#accessToken = null;
  }

  /** A request with a token and a User-Agent. */
  async ask(method: string, target: string, body: unknown = null): Promise<SimReply> {
    const authorization = `Bearer ${await this.accessToken()}`;
    return this.send(method, target, body === null ? "" : JSON.stringify(body), { authorization });
  }

  /** `data` of the answer to a GET. */
  async get(target: string): Promise<unknown> {
    const reply = await this.ask("GET", target);
    const parsed = parseJson(reply.body);
    return parsed.ok && isObject(parsed.value) ? parsed.value.data : null;
  }

  /** A request as it is. */
  send(
    method: string,
    target: string,
    body: string,
    headers: Record<string, string>,
  ): Promise<SimReply> {
    const [path, query = ""] = target.split("?");
    const agent = { "user-agent": "rig/1.0" };
    return this.sim.request({ method, path, query, body, headers: { ...agent, ...headers } });
  }

  /** A connection of the feed, not set up yet. */
  dxlink(): HandClient {
    const client = new HandClient(this.sim, this.sim.url("dxlink"));
    this.advance(1);
    return client;
  }

  /** A connection of the feed with channel 1 open. */
  feed(setup: JsonObject = {}): HandClient {
    const client = this.dxlink();
    const head = { version: "0.1-rig/1", keepaliveTimeout: 60, acceptKeepaliveTimeout: 60 };
    client.send({ type: "SETUP", channel: 0, ...head });
    client.send({ type: "AUTH", channel: 0, token: this.sim.tokens.issueQuote().token });
    const parameters = { contract: "AUTO" };
    client.send({ type: "CHANNEL_REQUEST", channel: 1, service: "FEED", parameters });
    client.send({ type: "FEED_SETUP", channel: 1, acceptAggregationPeriod: 0.1, ...setup });
    this.advance(1);
    return client;
  }

  /** A connection of the account streamer. */
  streamer(): HandClient {
    const client = new HandClient(this.sim, this.sim.url("streamer"));
    this.advance(1);
    return client;
  }

  /** Ends the simulator and lets everyone hear of it. */
  close(): void {
    this.sim.close();
    this.advance(1);
  }
}
