/** Module names and versions as deno.json of this folder pins them. */
const PINNED: Readonly<Record<string, string>> = await pinned();

/** A peer that is here, or why it is not. */
export type Peer<Module> =
  | { readonly isThere: true; readonly label: string; readonly module: Module }
  | { readonly isThere: false; readonly label: string; readonly why: string };

/** `@uqee/black-scholes`: single precision by default, no yield. */
export interface UqeeModule {
  readonly BlackScholes: new () => {
    option(terms: {
      readonly rate: number;
      readonly sigma: number;
      readonly strike: number;
      readonly time: number;
      readonly type: "call" | "put";
      readonly underlying: number;
    }): {
      readonly price: number;
      readonly delta: number;
      readonly gamma: number;
      readonly vega: number;
      readonly theta: number;
      readonly rho: number;
    };
  };
}

type Greek = (
  s: number,
  k: number,
  t: number,
  v: number,
  r: number,
  callPut: "call" | "put",
) => number;

/** `greeks`: theta per 365th of a year, vega and rho per point. */
export interface GreeksModule {
  readonly getDelta: Greek;
  readonly getGamma: Greek;
  readonly getVega: Greek;
  readonly getTheta: Greek;
  readonly getRho: Greek;
}

/** `black-scholes`. */
export interface BlackScholesModule {
  readonly blackScholes: Greek;
}

/** `implied-volatility`: to the cent. */
export interface ImpliedVolatilityModule {
  readonly getImpliedVolatility: (
    price: number,
    s: number,
    k: number,
    t: number,
    r: number,
    callPut: "call" | "put",
  ) => number;
}

/** `@preact/signals-core`, as far as the graph needs it. */
export interface SignalsModule {
  signal<T>(value: T): { value: T };
  computed<T>(work: () => T): { readonly value: T };
  effect(work: () => void): () => void;
  batch<T>(work: () => T): T;
}

/** A Perspective view. */
export interface PerspectiveView {
  on_update(work: () => void): Promise<number>;
  to_columns(): Promise<Readonly<Record<string, readonly unknown[]>>>;
  delete(): Promise<void>;
}

/** A Perspective table. */
export interface PerspectiveTable {
  update(columns: Readonly<Record<string, readonly (number | string)[]>>): Promise<void>;
  view(config: unknown): Promise<PerspectiveView>;
  delete(): Promise<void>;
}

/** Perspective's client with its engine in the process. */
export interface PerspectiveModule {
  readonly default: {
    table(schema: Readonly<Record<string, string>>, options: unknown): Promise<PerspectiveTable>;
  };
}

/** An event as the official DXLink feed hands it over: fields as they came. */
export interface OfficialEvent {
  readonly eventType: string;
  readonly eventSymbol: string;
  readonly [field: string]: unknown;
}

/** `@dxfeed/dxlink-feed`, as far as a channel without a connection needs it. */
export interface DxlinkFeedModule {
  readonly DXLinkFeed: new (
    client: { openChannel(service: string, parameters: unknown): unknown },
    contract: string,
  ) => { addEventListener(work: (events: readonly OfficialEvent[]) => void): void };
}

/** A socket of `ws` on the server's side. */
export interface WsSocket {
  binaryType: string;
  readonly bufferedAmount: number;
  send(data: Uint8Array | string): void;
  close(code?: number, reason?: string): void;
  terminate(): void;
  on(event: "message", work: (data: unknown, isBinary: boolean) => void): void;
  on(event: "close" | "error", work: () => void): void;
}

/** `ws`. */
export interface WsModule {
  readonly WebSocketServer: new (options: { readonly host: string; readonly port: number }) => {
    on(event: "connection", work: (socket: WsSocket) => void): void;
    on(event: "listening", work: () => void): void;
    address(): { readonly port: number };
    close(done: () => void): void;
  };
}

async function pinned(): Promise<Readonly<Record<string, string>>> {
  const text = await Deno.readTextFile(new URL("deno.json", import.meta.url));
  const config: { readonly imports: Record<string, string> } = JSON.parse(text);
  return config.imports;
}

/** Name and version of a package as deno.json of this folder pins it: "chart.js 4.6.1". */
export function versionOf(name: string): string {
  return (PINNED[name] ?? name).replace(/^npm:/, "").replace(/@([^@]+)$/, " $1");
}

/**
 * Loads a peer. The name is computed, so that checking types needs none of them installed; one that
 * cannot be had is named in the table instead of ending the run.
 */
export async function loadPeer<Module>(name: string): Promise<Peer<Module>> {
  const label = versionOf(name);
  try {
    const module: Module = await import(name);
    return { isThere: true, label, module };
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
    return { isThere: false, label, why };
  }
}
