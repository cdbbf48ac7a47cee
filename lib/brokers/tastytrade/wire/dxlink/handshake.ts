/** How far a connection is. "refused": the server does not let us in, unless it says so yet. */
export type Phase =
  | "opening"
  | "setup"
  | "hello"
  | "auth"
  | "refused"
  | "channel"
  | "open"
  | "ended";

/**
 * Times of a handshake, ms. `hello`: a server that wants a token says so at once; one that stays
 * quiet gets it all the same. `refusal`: a hello that is late, or comes twice, looks like the
 * answer to the token, which then follows at once.
 */
export const HANDSHAKE_MS = {
  opening: 8_000,
  answer: 10_000,
  hello: 3_000,
  refusal: 2_000,
} as const;
