import { fail, ok, type Result } from "../base/result.ts";
import { bindAddress, hostAndPort } from "../ports/loopback.ts";

/** Where a desk wants to listen. */
export interface PortWish {
  /** 127.0.0.1, localhost or ::1. */
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** False: another free port will do when this one is in use. */
  readonly isPortExplicit: boolean;
}

/** Why a desk cannot listen. */
export type PortProblem =
  | { readonly code: "portTaken"; readonly message: string }
  | { readonly code: "unusableAddress"; readonly message: string };

/** An open HTTP server. */
export interface HttpListening {
  readonly port: number;
  /** `http://HOST:PORT/`, with the host as the user wrote it. */
  readonly url: string;
  /** A line to print when the wished port was in use; else null. */
  readonly note: string | null;
  readonly server: Deno.HttpServer<Deno.NetAddr>;
}

function urlOf(host: string, port: number): string {
  return `http://${hostAndPort(host, port)}/`;
}

function problemOf(wish: PortWish, error: unknown): PortProblem {
  if (error instanceof Deno.errors.AddrInUse) {
    return {
      code: "portTaken",
      message: `port ${wish.port} on ${wish.host} is in use by another program: end that one, ` +
        "name another port with --port, or leave --port out for a free one",
    };
  }
  const why = error instanceof Error ? error.message : String(error);
  return {
    code: "unusableAddress",
    message: `cannot listen on ${wish.host} port ${wish.port} (${why}): ` +
      "name another --host or --port",
  };
}

function serve(
  wish: PortWish,
  port: number,
  handler: Deno.ServeHandler<Deno.NetAddr>,
): Deno.HttpServer<Deno.NetAddr> {
  // Without onListen Deno prints a line of its own.
  const silent = { hostname: bindAddress(wish.host), port, onListen: () => {} };
  return Deno.serve(silent, handler);
}

/**
 * Opens the HTTP server on the wished port. A port that the user did not name gives way to a free
 * one when it is in use, and `note` says so.
 */
export function serveHttp(
  wish: PortWish,
  handler: Deno.ServeHandler<Deno.NetAddr>,
): Result<HttpListening, PortProblem> {
  const opened = (server: Deno.HttpServer<Deno.NetAddr>, note: string | null) => {
    const { port } = server.addr;
    return ok({ port, url: urlOf(wish.host, port), note, server });
  };
  try {
    return opened(serve(wish, wish.port, handler), null);
  } catch (error) {
    const isReplaceable = error instanceof Deno.errors.AddrInUse && !wish.isPortExplicit;
    if (!isReplaceable) return fail(problemOf(wish, error));
  }
  try {
    const server = serve(wish, 0, handler);
    return opened(server, `port ${wish.port} is in use, taking ${server.addr.port} instead`);
  } catch (error) {
    return fail(problemOf({ ...wish, port: 0 }, error));
  }
}

/** True when something accepts connections there. It binds nothing, so it disturbs no start. */
export async function isPortAnswering(host: string, port: number): Promise<boolean> {
  try {
    const connection = await Deno.connect({ hostname: bindAddress(host), port });
    connection.close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) return false;
    if (error instanceof Deno.errors.AddrNotAvailable) return false;
    throw error;
  }
}

/** The line for a named port that something else holds. */
export function portTakenText(wish: PortWish): string {
  return problemOf(wish, new Deno.errors.AddrInUse()).message;
}
