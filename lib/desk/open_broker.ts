import { assert, present } from "../base/assert.ts";
import { fail, ok, type Result } from "../base/result.ts";
import { demoBroker } from "../brokers/demo/adapter.ts";
import { workerLink } from "../brokers/demo/wire/link.ts";
import type { FromWorld, ToWorld } from "../brokers/demo/wire/messages.ts";
import { IbBroker } from "../brokers/ib/adapter.ts";
import type { OpenIbClient } from "../brokers/ib/wire/client.ts";
import { replayBroker } from "../brokers/replay/adapter.ts";
import { openReplay } from "../brokers/replay/open.ts";
import { TastytradeBroker } from "../brokers/tastytrade/adapter.ts";
import { startWorker } from "../host/worker.ts";
import type { BrokerAdapter } from "../ports/broker.ts";
import type { Clock } from "../ports/clock.ts";
import type { ReadText } from "../ports/files.ts";
import type { Http } from "../ports/http.ts";
import type { Random } from "../ports/random.ts";
import type { Tcp } from "../ports/tcp.ts";
import type { Timers } from "../ports/timers.ts";
import type { Sockets } from "../ports/web_socket.ts";
import type { IbSettings } from "../settings/ib_settings.ts";
import type { Settings } from "../settings/settings.ts";
import { endpointsOf, type TastytradeSettings } from "../settings/tastytrade_settings.ts";
import type { StandIn } from "../stream/protocol/messages.ts";
import { demoMarket } from "./demo_market.ts";
import { VERSION } from "./version.ts";

const FIRST_CHECKPOINT_MS = 500;

/** What opening a broker needs from outside. */
export interface BrokerSurroundings {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly http: Http;
  readonly sockets: Sockets;
  readonly readText: ReadText;
  /** What reaches TWS; absent on a desk without Interactive Brokers. */
  readonly ib?: { readonly openClient: OpenIbClient; readonly tcp: Tcp };
  /** Ends the desk: going on would mix two markets in one record. */
  readonly giveUp: (why: string) => never;
}

/** A broker and what is known of its numbers. */
export interface OpenBroker {
  readonly adapter: BrokerAdapter;
  /** Names its numbers in the record; null where they are a recording and nothing is kept. */
  readonly source: string | null;
  /** What is known before the accounts to stand in for real money; null: nothing, or not live. */
  readonly standIn: StandIn | null;
  /** A line for the user; null when there is nothing to say. */
  readonly notice: string | null;
  /** Resolves when what it keeps in the data folder is written. */
  settled(): Promise<void>;
}

/**
 * The broker that the settings name; of several the first, nothing sent, which shows that they can
 * be used. The failure is the line to print, exit code 2.
 */
export function openBroker(
  settings: Settings,
  surroundings: BrokerSurroundings,
): Promise<Result<OpenBroker, string>> {
  const { mode, replayDirectory, tastytrade, ib } = settings;
  if (tastytrade !== null) {
    return Promise.resolve(openTastytrade(tastytrade, ib !== null, surroundings));
  }
  if (ib !== null) return Promise.resolve(ok(openIb(ib, surroundings)));
  if (replayDirectory !== null) return openRecording(replayDirectory, settings, surroundings);
  // Never the demo in the place of a broker.
  assert(mode === "demo", `nothing to open in mode ${mode}`);
  return openDemo(settings, surroundings);
}

/** An adapter of Interactive Brokers, nothing sent. */
export function openIbAdapter(settings: IbSettings, surroundings: BrokerSurroundings): IbBroker {
  const { clock, timers, random, ib } = surroundings;
  return IbBroker.open({
    ...settings,
    openClient: present(ib, "what opens connections to TWS").openClient,
    clock,
    timers,
    random,
  });
}

function openIb(settings: IbSettings, surroundings: BrokerSurroundings): OpenBroker {
  return {
    adapter: openIbAdapter(settings, surroundings),
    source: "ib",
    standIn: null,
    notice: null,
    settled: () => Promise.resolve(),
  };
}

/** What keeps records of real and other money apart, and what a page is marked with. */
function worldOf({ environment, simulator }: TastytradeSettings): {
  readonly name: "production" | StandIn;
  readonly standIn: StandIn | null;
  readonly notice: string | null;
} {
  if (simulator !== null) {
    const notice = `a simulator stands in for tastytrade: ${simulator.rest}`;
    return { name: "simulator", standIn: "simulator", notice };
  }
  if (environment === "production") return { name: "production", standIn: null, notice: null };
  const notice = "this is tastytrade's sandbox: not real money";
  return { name: "sandbox", standIn: "sandbox", notice };
}

/** An adapter of tastytrade, nothing sent; the failure is the line to print. */
export function openTastytradeAdapter(
  settings: TastytradeSettings,
  { clock, timers, random, http, sockets }: BrokerSurroundings,
): Result<TastytradeBroker, string> {
  const { clientSecret, refreshToken, simulator } = settings;
  return TastytradeBroker.open({
    endpoints: endpointsOf(settings),
    isLoopbackAllowed: simulator !== null,
    isPaper: worldOf(settings).standIn !== null,
    credentials: { clientSecret, refreshToken },
    version: VERSION,
    http,
    sockets,
    clock,
    timers,
    random,
  });
}

/** The record of real money goes on when another broker joins; what stands in is kept apart. */
function sourceOf(name: string, isWithIb: boolean): string {
  return isWithIb && name !== "production" ? `tastytrade/${name}+ib` : `tastytrade/${name}`;
}

function openTastytrade(
  settings: TastytradeSettings,
  isWithIb: boolean,
  surroundings: BrokerSurroundings,
): Result<OpenBroker, string> {
  const adapter = openTastytradeAdapter(settings, surroundings);
  if (!adapter.ok) return adapter;
  const { name, standIn, notice } = worldOf(settings);
  return ok({
    adapter: adapter.value,
    source: sourceOf(name, isWithIb),
    // Whose money TWS shows is known once it names its accounts; theirs are marked one by one.
    standIn: isWithIb ? null : standIn,
    notice,
    settled: () => Promise.resolve(),
  });
}

async function openRecording(
  directory: string,
  { speed }: Settings,
  { clock, timers, readText }: BrokerSurroundings,
): Promise<Result<OpenBroker, string>> {
  const data = await openReplay(directory, readText);
  if (!data.ok) return fail(data.error.message);
  const adapter = replayBroker(data.value, { speed, clock, timers });
  return ok({
    adapter,
    source: null,
    standIn: null,
    notice: null,
    settled: () => Promise.resolve(),
  });
}

async function openDemo(
  settings: Settings,
  { clock, timers, giveUp }: BrokerSurroundings,
): Promise<Result<OpenBroker, string>> {
  const start = {
    seed: settings.seed,
    date: settings.sessionOn,
    positions: settings.positionCount,
    eventRate: settings.eventsPerSecond,
    speed: settings.speed,
  };
  const market = await demoMarket(settings.dataDirectory, start, clock);
  const url = new URL("../brokers/demo/wire/worker.ts", import.meta.url);
  const adapter = demoBroker({
    start,
    link: workerLink(startWorker<FromWorld, ToWorld>(url)),
    clock,
    timers,
    resume: market.resume,
    onBegun: ({ notice }) => {
      if (notice !== null) giveUp(`${notice}; move ${settings.dataDirectory} away to begin anew`);
      // A desk that is killed in its first seconds goes on as well.
      timers.setTimer(FIRST_CHECKPOINT_MS, () => adapter.requestCheckpoint());
    },
    onCheckpoint: (bytes) => market.keep(bytes),
  });
  const { source, notice } = market;
  return ok({ adapter, source, standIn: null, notice, settled: () => market.settled() });
}
