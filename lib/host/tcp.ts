import { fail, ok, type Result } from "../base/result.ts";
import type { Tcp, TcpProblem } from "../ports/tcp.ts";

/** A name that has no address: the resolver's words differ by system, their start does not. */
const NO_SUCH_NAME = /failed to lookup address|no such host|name or service not known/i;

function problemOf(error: unknown): TcpProblem {
  if (error instanceof Deno.errors.ConnectionRefused) return "refused";
  if (error instanceof Error && NO_SUCH_NAME.test(error.message)) return "unknownHost";
  return "unreachable";
}

async function reach(
  hostname: string,
  port: number,
  signal: AbortSignal,
): Promise<Result<null, TcpProblem>> {
  try {
    const connection = await Deno.connect({ hostname, port, signal });
    connection.close();
    return ok(null);
  } catch (error) {
    // What a permission forbids is a bug of the permissions, not of the network.
    if (error instanceof Deno.errors.NotCapable) throw error;
    return fail(problemOf(error));
  }
}

/** TCP of this machine. */
export const realTcp: Tcp = { reach };
