import { AwakeClock } from "../../lib/brokers/feed/awake_clock.ts";
import { realClock } from "../../lib/host/clock.ts";
import { columnStore, objectStore, officialReader } from "../dxlink/official.ts";
import { byPlace, deskReader, differences, Keeper, readAll } from "../dxlink/readers.ts";
import { type RecordedFrames, recordedFrames } from "../dxlink/recorded.ts";
import { type FrameStream, generated } from "../dxlink/stream.ts";
import { type Candidate, compare } from "../measure.ts";
import type { DxlinkFeedModule, Peer } from "../peers.ts";
import { type Findings, mustAgree, type Result } from "../result.ts";

/** Peers of rows 1 and 2. */
export interface DecodePeers {
  readonly dxlinkFeed: Peer<DxlinkFeedModule>;
}

const SYMBOLS = 2_000;
const EVENTS = 20_000;

/** What is known of one stream after its turn. */
interface Timed {
  readonly stream: FrameStream;
  readonly oursNs: number;
  /** Ours with the clock that it reads once per message. */
  readonly clockedNs: number;
  readonly parseNs: number;
  readonly columnsNs: number | null;
  readonly objectsNs: number | null;
}

/** Runs a stream in slices of about a thousand events, so that turns are of like length. */
function candidateOf(name: string, stream: FrameStream, read: (text: string) => void): Candidate {
  const { texts, events } = stream;
  const messages = Math.max(1, Math.round(1_000 * texts.length / events));
  const perMessage = events / texts.length;
  let at = 0;
  return {
    name,
    run: () => {
      for (let i = 0; i < messages; i++) {
        read(texts[at]);
        at = at + 1 === texts.length ? 0 : at + 1;
      }
      return messages * perMessage;
    },
  };
}

/** Fails unless both readers make the same columns of a stream, and none is lost. */
function mustDecodeAlike(stream: FrameStream, module: DxlinkFeedModule | null): void {
  const ours = new Keeper();
  const desk = deskReader(byPlace(stream.symbols), (batch) => ours.take(batch));
  readAll(stream, desk.read);
  const lost = Object.entries(desk.counters.read());
  mustAgree(`${stream.label}: events of ours`, Math.abs(ours.kind.length - stream.events), 0);
  mustAgree(`${stream.label}: counted as lost: ${lost}`, lost.length, 0);
  if (module === null) return;
  const theirs = new Keeper();
  const store = columnStore(stream.symbols, (batch) => theirs.take(batch));
  readAll(stream, officialReader(module, store));
  mustAgree(`${stream.label}: decoded values`, differences(ours, theirs), 0);
}

async function timed(stream: FrameStream, peer: Peer<DxlinkFeedModule>): Promise<Timed> {
  const module = peer.isThere ? peer.module : null;
  mustDecodeAlike(stream, module);
  let taken = 0;
  const take = (batch: { readonly count: number }) => void (taken += batch.count);
  const desk = deskReader(byPlace(stream.symbols), take);
  const clock = new AwakeClock(realClock, 500);
  const clocked = deskReader(byPlace(stream.symbols), take, () => clock.now());
  const limit = (text: string) => {
    taken += JSON.parse(text).channel;
  };
  const candidates = [
    candidateOf("desk", stream, desk.read),
    candidateOf("desk with its clock", stream, clocked.read),
    candidateOf("JSON.parse", stream, limit),
  ];
  for (const text of stream.before) {
    desk.read(text);
    clocked.read(text);
  }
  if (module !== null) {
    const columns = officialReader(module, columnStore(stream.symbols, take));
    const objects = officialReader(module, objectStore().take);
    for (const text of stream.before) {
      columns(text);
      objects(text);
    }
    candidates.push(
      candidateOf("official", stream, columns),
      candidateOf("official objects", stream, objects),
    );
  }
  const [oursNs, clockedNs, parseNs, columnsNs = null, objectsNs = null] = await compare(
    candidates,
  );
  mustAgree("events taken", taken > 0 ? 0 : 1, 0);
  return { stream, oursNs, clockedNs, parseNs, columnsNs, objectsNs };
}

function findingsOf(anchor: number, target: number, label: string, all: readonly Timed[]) {
  const results = all.flatMap((one): Result[] =>
    one.columnsNs === null ? [] : [{
      anchor,
      what: `decode an event, ${one.stream.label}`,
      peer: `${label}, stored in columns`,
      unit: "ns",
      ours: one.oursNs,
      theirs: one.columnsNs,
      // The anchors know no FULL: there the official client hands over what was parsed as it is.
      target: one.stream.isCompact ? target : null,
    }]
  );
  const ns = (value: number | null) => value === null ? "–" : String(Math.round(value));
  const notes = all.map(({ stream, parseNs, oursNs, clockedNs, objectsNs }) =>
    `${anchor}: ${stream.label}: ${Math.round(stream.bytesPerEvent)} bytes an event; JSON.parse ` +
    `alone, the limit, ${ns(parseNs)} ns; ours ${ns(oursNs)} ns, with its clock ` +
    `${ns(clockedNs)} ns; the official client's objects ` +
    `kept by type and symbol, ${ns(objectsNs)} ns.`
  );
  return { results, notes };
}

function streamOf(perMessage: number, digits: number): FrameStream {
  const count = perMessage === 1 ? "one event" : `${perMessage} events`;
  const label = `${count} a message, ${digits} digits`;
  return generated({ label, symbols: SYMBOLS, events: EVENTS, perMessage, digits, seed: 1 });
}

function absentOf(recorded: RecordedFrames): string[] {
  return recorded.isThere ? [] : [`recorded frames (rows 1 and 2): ${recorded.why}`];
}

/** Row 1: batches into columns, generated and recorded. */
export async function batchRow({ dxlinkFeed }: DecodePeers): Promise<Findings> {
  const recorded = recordedFrames();
  const streams = [streamOf(50, 8), streamOf(200, 8), streamOf(100, 17)];
  if (recorded.isThere) streams.push(recorded.compact);
  const all: Timed[] = [];
  for (const stream of streams) all.push(await timed(stream, dxlinkFeed));
  const { results, notes } = findingsOf(1, 0.85, dxlinkFeed.label, all);
  return {
    results,
    bounds: [],
    notes: [
      "1, 2: ours is the whole session from the text frame to its batch of columns; theirs is " +
      "JSON.parse, the official feed and a listener that stores the same columns by symbol; both " +
      "are compared value by value first. Neither side reads its clock here, as either client " +
      "does for each message; the notes have ours with it.",
      ...notes,
    ],
    absent: absentOf(recorded),
  };
}

/** Row 2: one event a message, generated, and what was recorded in FULL. */
export async function singleRow({ dxlinkFeed }: DecodePeers): Promise<Findings> {
  const recorded = recordedFrames();
  const streams = [streamOf(1, 8), streamOf(1, 17)];
  if (recorded.isThere) streams.push(recorded.full);
  const all: Timed[] = [];
  for (const stream of streams) all.push(await timed(stream, dxlinkFeed));
  const found = findingsOf(2, 0.9, dxlinkFeed.label, all);
  return { ...found, bounds: [], absent: absentOf(recorded) };
}
