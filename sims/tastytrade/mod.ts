export { parseScript } from "./faults/script.ts";
export type { Fault, FaultScript, FaultWhen } from "./faults/script.ts";
export { type LoopbackServer, serveLoopback } from "./loopback.ts";
export type { ClientEnd, ClientHandlers } from "./memory.ts";
export type { SimOptions } from "./options.ts";
export { httpOf, socketsOf } from "./ports.ts";
export type { SimReply, SimRequest } from "./rest/reply.ts";
export { ConnectionLost, TastytradeSim } from "./sim.ts";
