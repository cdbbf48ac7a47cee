import { Buffer } from "node:buffer";
import { EventName, IBApi } from "@stoqey/ib";
import type { IbAddress, OpenIbClient } from "@/lib/brokers/ib/wire/client.ts";
import { creationOptions, StoqeyClient } from "@/lib/brokers/ib/wire/stoqey.ts";
import type { ClientEnd, ClientHandlers } from "@/sims/tws/mod.ts";

/** What takes connections: a simulator, or whatever stands between it and the client. */
export interface ByteServer {
  connect(client: ClientHandlers): ClientEnd;
}

/** The library below its public methods, as far as it is put on another socket here. */
interface Inside {
  readonly controller: {
    readonly socket: {
      _status: number;
      client: { write(bytes: Uint8Array): void; end(): void; destroy(): void };
      connect(): void;
      onConnect(): void;
      onData(bytes: Uint8Array): void;
      onEnd(): void;
      onError(error: Error): void;
      send(tokens: unknown[]): void;
    };
    rateLimiter: (tokens: unknown[]) => void;
    pause(): void;
  };
}

const CONNECTING = 2;

/** Puts a library object on bytes in memory, and takes its limiter out, which has real timers. */
export function putOnMemory(api: IBApi, server: ByteServer, { host, port }: IbAddress): void {
  const { controller } = api as unknown as Inside;
  const { socket } = controller;
  controller.rateLimiter = (tokens) => socket.send(tokens);
  socket.connect = () => {
    socket._status = CONNECTING;
    controller.pause();
    const end = server.connect({
      opened: () => socket.onConnect(),
      data: (bytes) => socket.onData(Buffer.from(bytes)),
      closed: (how) => {
        if (how === "refused") socket.onError(new Error(`connect ECONNREFUSED ${host}:${port}`));
        socket.onEnd();
      },
    });
    socket.client = {
      write: (bytes) => end.send(bytes),
      end: () => {},
      destroy: () => end.close(),
    };
  };
}

/**
 * Opens connections with the real library, its own encoder and decoder, over an in-memory wire: the
 * same run gives the same bytes, in virtual time.
 */
export function memoryClient(server: ByteServer): OpenIbClient {
  return (address, events) => {
    const api = new IBApi(creationOptions(address));
    putOnMemory(api, server, address);
    const client = new StoqeyClient(api, { IBApi, EventName }, events);
    client.connect();
    return client;
  };
}
