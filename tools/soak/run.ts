import { CLIENT_KINDS, type SoakClient, soakClient } from "./clients.ts";
import { type CountingClients, startCountingClients } from "./counting_clients.ts";
import { type DeskProcess, startDesk } from "./desk_process.ts";
import { Observation, settledAfter, type SoakOptions } from "./observation.ts";
import { countsOf, type SoakReport, timesOf } from "./report.ts";
import { trendOf, valleyOf } from "./statistics.ts";

const MIB = 1024 * 1024;
const HOUR_S = 3_600;
const RESIDENT_SLOPE_MAX = MIB;
const HEAP_GROWTH_MAX = 4 * MIB;
/** In its first minutes the recorder of a large book names its rows, each with so many bytes. */
const NAMING_MS = 600_000;
const NAME_BYTES = 256;
/** Clients that keep a copy; the others count, so that a hundred cost little. */
const FOLLOWERS_MAX = 8;

/** The first stays on binary frames: it is what the others and the answers are compared with. */
function followers(count: number, url: string): readonly SoakClient[] {
  return Array.from(
    { length: count },
    (_, index) => soakClient(CLIENT_KINDS[index % CLIENT_KINDS.length], url, index),
  );
}

/** Runs a desk with its clients for the given time; everything it started has ended afterwards. */
export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const { rate, positions, stop, say } = options;
  const args = ["--rate", String(rate), "--positions", String(positions)];
  const desk = await startDesk(args, stop);
  const stream = `${desk.url.replace(/^http/, "ws")}api/stream`;
  const following = Math.min(FOLLOWERS_MAX, options.clients - 1);
  const counting = startCountingClients(stream, options.clients - following);
  const clients = followers(following, stream);
  const ended = new AbortController();
  const running = clients.map((client) => client.run(ended.signal));
  const observation = new Observation(desk, clients, counting, options);
  let report: SoakReport;
  try {
    say(`desk ready at ${desk.url}, ${options.clients} clients, ${rate} events/s`);
    await Promise.race([observation.run(), ...running]);
    report = await reportOf(observation, counting);
  } finally {
    counting.stop();
    ended.abort();
    await Promise.allSettled(running);
    await stopDesk(desk, observation);
  }
  return report;
}

async function stopDesk(desk: DeskProcess, { failures }: Observation): Promise<void> {
  const code = await desk.stop();
  if (code !== 0) failures.push(`the desk ended with exit code ${code}`);
}

async function reportOf(
  observation: Observation,
  counting: CountingClients,
): Promise<SoakReport> {
  const { options, resident, held, live, failures } = observation;
  const endS = options.durationMs / 1000;
  const fromS = settledAfter(options.durationMs) / 1000;
  const spanS = endS / 6;
  const report: SoakReport = {
    failures,
    durationMs: options.durationMs,
    clients: options.clients,
    positions: options.positions,
    eventsPerSecond: observation.eventsPerSecond,
    checks: observation.checks,
    equal: observation.equal,
    counts: countsOf(observation.clients),
    times: timesOf(await counting.counts()),
    trend: trendOf(held.filter(({ atS }) => atS >= fromS)),
    rawTrend: trendOf(resident.filter(({ atS }) => atS >= fromS)),
    residentGrowth: valleyOf(resident, endS - spanS, Infinity) -
      valleyOf(resident, fromS - spanS / 2, fromS + spanS / 2),
    resident: resident.at(-1)?.value ?? NaN,
    live,
    heapGrowth: live.length < 2 ? NaN : live[1].heapBytes - live[0].heapBytes,
    lagMs: observation.lagMs,
  };
  judge(report, observation.clients, failures);
  return report;
}

function heapGrowthMax({ durationMs, positions }: SoakReport): number {
  return HEAP_GROWTH_MAX + (durationMs < NAMING_MS ? positions * NAME_BYTES : 0);
}

/** Adds what did not hold to `failures`. */
function judge(report: SoakReport, clients: readonly SoakClient[], failures: string[]): void {
  const { counts, times } = report;
  for (const name of ["gaps", "duplicates", "malformed", "missedEvents"] as const) {
    if (counts[name] > 0) failures.push(`${counts[name]} ${name}`);
  }
  if (times.gaps > 0) failures.push(`${times.gaps} gaps at counting clients`);
  if (times.ends > 0) failures.push(`${times.ends} counting clients were closed`);
  for (const [index, { kind, ends }] of clients.entries()) {
    // Who leaves bytes unread may be sent away; it comes back and goes on.
    const unasked = ends.length > 0 && kind !== "stalls";
    if (unasked) failures.push(`client ${index} (${kind}) was closed with ${ends.join(", ")}`);
  }
  if (report.heapGrowth > heapGrowthMax(report)) {
    failures.push(`the heap grew by ${(report.heapGrowth / MIB).toFixed(2)} MiB`);
  }
  const slope = report.trend.slope * HOUR_S;
  if (report.durationMs >= HOUR_S * 1000 && slope > RESIDENT_SLOPE_MAX) {
    failures.push(`resident memory grows by ${(slope / MIB).toFixed(2)} MiB/h`);
  }
}
