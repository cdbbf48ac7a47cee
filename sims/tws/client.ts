import type { FieldReader } from "./wire/field_reader.ts";
import type { FieldWriter } from "./wire/field_writer.ts";

/** A connected client as the parts of the emulator see it. */
export interface Client {
  /** Number of the connection, from 1. */
  readonly ordinal: number;
  /** Client id of its startApi. */
  readonly clientId: number;
  /** Version that both sides speak; what depends on it differs by connection. */
  readonly serverVersion: number;
  /** Sends a message; after the end of the connection nothing happens. */
  send(message: FieldWriter): void;
  /** Sends an error: `id` is a request's, an order's, or -1. `reject` is JSON or "". */
  error(id: number, code: number, text: string, reject?: string): void;
  /** Ends the connection behind what was sent. */
  close(): void;
}

/** Answers one kind of request; throws a FieldError when it cannot be read (answered with 320). */
export type RequestHandler = (client: Client, request: FieldReader) => void;

/** Handlers by message id. */
export type RequestTable = Readonly<Record<number, RequestHandler>>;

/**
 * A part of the emulator: the requests that it answers and what it does as time passes. Parts are
 * made once for a simulator and serve all its clients.
 */
export interface Feature {
  readonly requests: RequestTable;
  /** A client sent startApi and has got its ids and farm messages. */
  joined?(client: Client): void;
  /** A client is gone: forget its subscriptions. */
  left?(client: Client): void;
  /** The market stood at its latest step; after `touched` and `happened` of its own followers. */
  stepped?(): void;
  /** TWS lost or regained the servers of IB; "restored" keeps subscriptions, "reset" does not. */
  linkChanged?(link: LinkChange): void;
  /** The simulator ends. */
  closed?(): void;
}

/** What becomes of the link between TWS and the servers of IB. */
export type LinkChange = "lost" | "restored" | "reset";
