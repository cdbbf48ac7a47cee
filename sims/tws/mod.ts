export { type Fault, type FaultScript, type FaultWhen, parseScript } from "./faults/script.ts";
export { type LoopbackServer, serveLoopback } from "./loopback.ts";
export { type AccountCount, TWS_DEFAULTS, type TwsOptions } from "./options.ts";
export type { ClientEnd, ClientHandlers } from "./peer.ts";
export { TwsSim } from "./sim.ts";
