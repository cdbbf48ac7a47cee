import { fail, ok, type Result } from "../../lib/base/result.ts";
import type { Http, HttpFailure, HttpReply, HttpRequest } from "../../lib/ports/http.ts";
import type { Socket, Sockets } from "../../lib/ports/web_socket.ts";
import type { SimRequest } from "./rest/reply.ts";
import { ConnectionLost, type TastytradeSim } from "./sim.ts";

/** The HTTP port of an engine that talks to a simulator in memory, whatever host it names. */
export function httpOf(sim: TastytradeSim): Http {
  return {
    send: (request, signal) => {
      if (signal.aborted) return Promise.resolve(fail("canceled" as const));
      return new Promise((resolve) => {
        const abort = (): void => resolve(fail("canceled"));
        signal.addEventListener("abort", abort, { once: true });
        void answered(sim, request).then((result) => {
          signal.removeEventListener("abort", abort);
          resolve(result);
        });
      });
    },
  };
}

async function answered(
  sim: TastytradeSim,
  request: HttpRequest,
): Promise<Result<HttpReply, HttpFailure>> {
  try {
    const { status, headers, body } = await sim.request(simRequest(request));
    return ok({ status, text: body, header: (name) => headers[name] ?? null });
  } catch (error) {
    if (error instanceof ConnectionLost) return fail("unreachable");
    throw error;
  }
}

function simRequest({ method, url, headers, body }: HttpRequest): SimRequest {
  const [, path, query = ""] = /^https?:\/\/[^/?]+([^?]*)(?:\?(.*))?$/.exec(url) ?? [];
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    method,
    path: path === undefined || path === "" ? "/" : path,
    query,
    headers: Object.fromEntries(lower),
    body: body ?? "",
  };
}

/** The WebSocket port of an engine that talks to a simulator in memory, whatever host it names. */
export function socketsOf(sim: TastytradeSim): Sockets {
  return {
    connect: (url, events) => {
      if (!/^wss?:\/\//.test(url) || !URL.canParse(url)) return fail("badUrl");
      let state: "connecting" | "open" | "over" = "connecting";
      const end = sim.connect(url, {
        opened: () => {
          if (state !== "connecting") return;
          state = "open";
          events.opened();
        },
        message: (text) => {
          if (state === "open") events.text(text);
        },
        closed: (code, reason) => {
          if (state === "over") return;
          state = "over";
          events.closed({ code, reason });
        },
      });
      const socket: Socket = {
        send: (message) => {
          if (state !== "open") return fail("notOpen");
          end.send(message);
          return ok(null);
        },
        bufferedBytes: () => 0,
        close: (code, reason) => {
          state = "over";
          end.close(code, reason);
        },
      };
      return ok(socket);
    },
  };
}
