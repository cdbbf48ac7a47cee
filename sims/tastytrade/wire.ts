/** What a face can do with one client connection. */
export interface Peer {
  /** Sends a text frame. */
  send(text: string): void;
  /** Closes with a close frame. */
  close(code: number, reason: string): void;
  /** Ends without a close frame, as a lost connection. */
  cut(): void;
  /** Ends without a close frame once so many bytes have gone to the client. */
  cutAfter(bytes: number): void;
}

/** A face's side of one client connection. */
export interface Session {
  /** A text frame of the client. */
  receive(text: string): void;
  /** The connection is gone; called once, whoever ended it. */
  ended(): void;
}

/** Frames of a face that may be swapped or doubled, and those that keep their place. */
export type FrameKind = "data" | "control";

/** A client connection as a face sees it, with the faults of the script in between. */
export interface Outlet {
  /** Number of the connection in its place, from 1. */
  readonly ordinal: number;
  send(text: string, kind: FrameKind): void;
  close(code: number, reason: string): void;
}
