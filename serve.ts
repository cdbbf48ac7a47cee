import { guarded, type Handler } from "./lib/auth/guarded.ts";
import { needsLogin, setCurrentGate } from "./lib/auth/login/current.ts";
import { LoginGate } from "./lib/auth/login/gate.ts";
import type { Result } from "./lib/base/result.ts";
import { type GuardPolicy, loopbackPolicy } from "./lib/auth/request_guard.ts";
import { ConsoleSummary, summaryLines } from "./lib/desk/console_summary.ts";
import {
  currentConnections,
  currentDesk,
  setCurrentConnections,
  setCurrentDesk,
} from "./lib/desk/current.ts";
import { loadIbClient } from "./lib/brokers/ib/wire/stoqey.ts";
import { type Desk, startDesk } from "./lib/desk/desk.ts";
import { liveBrokers } from "./lib/desk/live/live_brokers.ts";
import { LiveDesk } from "./lib/desk/live/live_desk.ts";
import { type BrokerSurroundings, type OpenBroker, openBroker } from "./lib/desk/open_broker.ts";
import { takeOnce } from "./lib/desk/once.ts";
import type { DeskOptions } from "./lib/desk/options.ts";
import { admitMoney } from "./lib/desk/recording/admit_money.ts";
import { VERSION } from "./lib/desk/version.ts";
import type { Account } from "./lib/domain/account.ts";
import { realClock } from "./lib/host/clock.ts";
import { alreadyRunningText, type DataLock, lockDataDirectory } from "./lib/host/data_lock.ts";
import { realHttp } from "./lib/host/http.ts";
import { type HttpListening, serveHttp } from "./lib/host/http_port.ts";
import { readFromLauncher } from "./lib/host/launcher_link.ts";
import { realRandom } from "./lib/host/random.ts";
import { runUntilShutdown } from "./lib/host/shutdown.ts";
import { readTextWithin } from "./lib/host/text_file.ts";
import { realTcp } from "./lib/host/tcp.ts";
import { realTimers } from "./lib/host/timers.ts";
import { realSockets } from "./lib/host/web_socket.ts";
import { isDirectoryWritable } from "./lib/host/writable.ts";
import type { BrokerError } from "./lib/ports/broker.ts";
import type { Settings } from "./lib/settings/settings.ts";
import { parseSettings } from "./lib/settings/wire/handover.ts";
import { connectionsSentence } from "./lib/portfolio/connect/sentence.ts";
import { openStore, type Store } from "./lib/store/open_store.ts";

/** The app as the builder left it. */
interface BuiltApp {
  readonly default: { readonly fetch: Handler<Deno.ServeHandlerInfo<Deno.NetAddr>> };
}

/** Instruments beyond those held: what drives them, and what the day brings. */
const SPARE_INSTRUMENTS = 16_384;
/** Instruments of a live desk, whose positions are not known before: thousands, and what drives. */
const LIVE_INSTRUMENTS = 32_768;

function end(code: number, line: string): never {
  console.error(`deltadesk: ${line}`);
  Deno.exit(code);
}

async function lock(settings: Settings): Promise<DataLock> {
  const locked = await lockDataDirectory(settings.dataDirectory, realTimers);
  if (locked.ok) return locked.value;
  if (locked.error.code === "unusableFolder") return end(2, locked.error.message);
  return end(3, alreadyRunningText(settings.dataDirectory, locked.error.desk));
}

const SURROUNDINGS = {
  clock: realClock,
  timers: realTimers,
  random: realRandom,
  http: realHttp,
  sockets: realSockets,
  readText: readTextWithin,
  giveUp: (why: string) => end(2, why),
};

/** The library of TWS is loaded where it is used. */
async function surroundingsOf({ ib }: Settings): Promise<BrokerSurroundings> {
  if (ib === null) return SURROUNDINGS;
  return { ...SURROUNDINGS, ib: { openClient: await loadIbClient(), tcp: realTcp } };
}

async function open(settings: Settings, around: BrokerSurroundings): Promise<OpenBroker> {
  const broker = await openBroker(settings, around);
  if (!broker.ok) return end(2, broker.error);
  if (broker.value.notice !== null) console.error(`deltadesk: ${broker.value.notice}`);
  return broker.value;
}

/** Null where nothing is kept; the folder is looked at all the same, so that modes stay apart. */
async function remember(settings: Settings, broker: OpenBroker): Promise<Store | null> {
  const store = await openStore({
    directory: settings.dataDirectory,
    mode: broker.adapter.mode,
    source: broker.source ?? broker.adapter.id,
    clock: realClock,
    timers: realTimers,
    random: realRandom,
  });
  if (!store.ok) return end(2, `${store.error.message}: ${store.error.fix}`);
  if (broker.source !== null) return store.value;
  await store.value.close();
  return null;
}

/** A folder of other money ends a start; a desk that shows another broker goes on without it. */
function admit(settings: Settings, accounts: readonly Account[]): Result<null, BrokerError> {
  const admitted = admitMoney(settings.dataDirectory, accounts);
  if (admitted.ok || currentDesk() !== null) return admitted;
  const { message, fix } = admitted.error;
  return end(2, `${message}: ${fix}`);
}

function deskOptions(settings: Settings, broker: OpenBroker, store: Store | null): DeskOptions {
  const isLive = settings.mode === "live";
  return {
    adapter: broker.adapter,
    standIn: broker.standIn,
    accounts: settings.accounts,
    // Of several brokers one may still be on its way with the account that is named.
    requiresAccounts: settings.brokers.length < 2 &&
      (settings.accountsOrigin === "flag" || isLive),
    ...(isLive && store !== null ? { admits: (all) => admit(settings, all) } : {}),
    capacity: isLive ? LIVE_INSTRUMENTS : 2 * settings.positionCount + SPARE_INSTRUMENTS,
    speed: settings.speed,
    servesDebug: settings.servesDebug,
    version: VERSION,
    epoch: realRandom.bytes(8).toHex(),
    clock: realClock,
    timers: realTimers,
    isDirectoryWritable: () => isDirectoryWritable(settings.dataDirectory),
    store,
  };
}

/** Demo and replay: the page is served once the book is there. */
async function start(settings: Settings, broker: OpenBroker): Promise<Desk> {
  const desk = await startDesk(deskOptions(settings, broker, await remember(settings, broker)));
  if (!desk.ok) {
    const { message, fix } = desk.error;
    return end(2, fix === null ? message : `${message}; ${fix}`);
  }
  setCurrentDesk(desk.value.services);
  return desk.value;
}

/** Live: the page is served at once and the book loads behind it, however long that takes. */
async function prepareLive(
  settings: Settings,
  broker: OpenBroker,
  around: BrokerSurroundings,
): Promise<LiveDesk | null> {
  const brokers = liveBrokers(settings, around);
  if (brokers.length === 0) return null;
  const store = await remember(settings, broker);
  // Attempts have adapters of their own; this one showed that the settings can be used.
  await broker.adapter.close();
  const live = new LiveDesk({
    brokers,
    store,
    reopenStore: () => remember(settings, broker),
    options: (adapter, kept) => deskOptions(settings, { ...broker, adapter }, kept),
    onLoaded: (desk) => setCurrentDesk(desk.services),
    ...SURROUNDINGS,
  });
  setCurrentConnections(live.connections);
  return live;
}

/** Null on a desk without a real account. The code goes to the terminal and nowhere else. */
function makeGate(settings: Settings): LoginGate | null {
  if (!needsLogin(settings.mode)) return null;
  return new LoginGate({
    clock: realClock,
    timers: realTimers,
    random: realRandom,
    say: (line) => console.error(`deltadesk: ${line}`),
  });
}

async function listen(settings: Settings, gate: LoginGate | null): Promise<HttpListening> {
  // Computed, so that type-checking does not ask for what only a build makes.
  const built: BuiltApp = await import(new URL("./_fresh/server.js", import.meta.url).href);
  let policy: GuardPolicy | null = null;
  const handler = guarded<Deno.ServeHandlerInfo<Deno.NetAddr>>(
    () => policy,
    built.default.fetch,
    (request, info, isNativeTool) =>
      gate?.refuse(request, { address: info.remoteAddr.hostname, isNativeTool }) ?? null,
  );
  const listening = serveHttp(settings, handler);
  if (!listening.ok) return end(3, listening.error.message);
  policy = loopbackPolicy(listening.value.port);
  return listening.value;
}

/** Prints one snapshot, then ends the desk: exit code 0, or 4 when a broker was not reached. */
async function printOnce(settings: Settings, gone: Promise<void>, drain: () => Promise<void>) {
  const stop = new AbortController();
  const snapshot = takeOnce({
    desk: currentDesk,
    connections: currentConnections(),
    timers: realTimers,
    warmupMs: settings.warmupMs,
    signal: stop.signal,
  });
  const asked = snapshot.then(async ({ body, unreached, notes }) => {
    const desk = currentDesk();
    if (body !== null) console.log(await new Response(body).text());
    // Standard output has the snapshot and nothing else.
    if (settings.printsSummary && desk !== null) console.error(summaryLines(desk).join("\n"));
    for (const line of [...notes, ...unreached.flat()]) console.error(`deltadesk: ${line}`);
    return unreached.length > 0 ? 4 : 0;
  });
  const ended = { gone: Promise.race([gone, asked.then(() => {})]), timers: realTimers };
  const outcome = await runUntilShutdown({
    ...ended,
    drain: () => {
      stop.abort();
      return drain();
    },
  });
  if (outcome.message !== null) console.error(`deltadesk: ${outcome.message}`);
  Deno.exit(outcome.exitCode === 0 ? await asked : outcome.exitCode);
}

/** The book in the terminal while the desk runs; null where it is not asked for. */
function startSummary(settings: Settings): ConsoleSummary | null {
  if (!settings.printsSummary) return null;
  const live = currentConnections();
  const summary = new ConsoleSummary({
    desk: currentDesk,
    waitingFor: () => live === null ? null : connectionsSentence(live.state()),
    timers: realTimers,
    intervalMs: settings.intervalMs,
    warmupMs: settings.warmupMs,
    say: (line) => console.log(line),
  });
  summary.start();
  return summary;
}

const link = await readFromLauncher(parseSettings);
if (!link.ok) end(2, link.error);
const { settings, gone } = link.value;
const dataLock = await lock(settings);
const around = await surroundingsOf(settings);
const broker = await open(settings, around);
const live = await prepareLive(settings, broker, around);
const desk = live ?? await start(settings, broker);
if (settings.isOnce) {
  live?.start();
  await printOnce(settings, gone, async () => {
    await desk.stop("the snapshot is taken");
    await broker.settled();
    dataLock.release();
  });
}
const gate = makeGate(settings);
setCurrentGate(gate);
const listening = await listen(settings, gate);
if (listening.note !== null) console.error(`deltadesk: ${listening.note}`);
dataLock.announce(listening.url);
console.log(`Deltadesk ready at ${listening.url} (${settings.mode})`);
if (gate !== null) console.log(`Sign in with the code ${gate.shownCode} (new at each start)`);
live?.start();
const summary = startSummary(settings);

const outcome = await runUntilShutdown({
  gone,
  timers: realTimers,
  drain: async () => {
    summary?.stop();
    await desk.stop("the desk is stopping");
    await broker.settled();
    await listening.server.shutdown();
    gate?.stop();
    dataLock.release();
  },
});
if (outcome.message !== null) console.error(`deltadesk: ${outcome.message}`);
Deno.exit(outcome.exitCode);
