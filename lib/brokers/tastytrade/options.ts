import type { Clock } from "../../ports/clock.ts";
import type { Http } from "../../ports/http.ts";
import type { Random } from "../../ports/random.ts";
import type { Timers } from "../../ports/timers.ts";
import type { Sockets } from "../../ports/web_socket.ts";
import type { Endpoints } from "./rest/environment.ts";
import type { Credentials } from "./rest/login.ts";

/** What the adapter is made of; everything that reaches outside comes in here. */
export interface TastytradeOptions {
  /** REST service and account streamer; one of `ENDPOINTS`, or a simulator. */
  readonly endpoints: Endpoints;
  /** True where a simulator on this machine may stand in. */
  readonly isLoopbackAllowed: boolean;
  /** True where its money is not real, and its accounts are marked so; absent: real. */
  readonly isPaper?: boolean;
  readonly credentials: Credentials;
  /** Version of the desk, by which it names itself to the broker. */
  readonly version: string;
  readonly http: Http;
  readonly sockets: Sockets;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
}
