import type { Result } from "../base/result.ts";

/**
 * Why an address is not reached: nobody listens there, its name is not known, or no answer came
 * (a machine that is off, a firewall that drops).
 */
export type TcpProblem = "refused" | "unknownHost" | "unreachable";

/** Looks whether something listens at an address of another program. */
export interface Tcp {
  /**
   * Opens a connection and closes it at once; nothing is sent. A signal that is aborted before the
   * answer ends it as "unreachable".
   */
  reach(host: string, port: number, signal: AbortSignal): Promise<Result<null, TcpProblem>>;
}
