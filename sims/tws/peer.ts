/** The server's end of a byte connection, in memory or over TCP. */
export interface Peer {
  write(bytes: Uint8Array): void;
  /** Ends the connection behind what was written. */
  close(): void;
  /** Loses the connection at once. */
  cut(): void;
  /** Lets so many more bytes of the server through, then cuts. */
  cutAfter(bytes: number): void;
}

/** What the server does with a connection. */
export interface ServerHandlers {
  opened(peer: Peer): void;
  data(bytes: Uint8Array): void;
  closed(): void;
}

/** What a client hears of its in-memory connection. */
export interface ClientHandlers {
  opened(): void;
  data(bytes: Uint8Array): void;
  /** Called once: "refused" before it opened, else "closed" or, lost without an end, "lost". */
  closed(how: "refused" | "closed" | "lost"): void;
}

/** A client's end of an in-memory connection. */
export interface ClientEnd {
  send(bytes: Uint8Array): void;
  close(): void;
}
