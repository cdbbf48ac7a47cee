/** What the hub needs of a connection; a test's is in memory. Nothing here throws. */
export interface Socket {
  /** Hands over one message; does nothing once closed. */
  send(data: Uint8Array<ArrayBuffer> | string): void;
  /** Bytes handed over and not yet taken by the network. */
  readonly bufferedAmount: number;
  close(code: number, reason: string): void;
}
