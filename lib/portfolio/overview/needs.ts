import type { FeedStatus, RecordingStatus } from "../../stream/protocol/messages.ts";
import { brokerName } from "../../domain/account.ts";
import { newYorkTime } from "../../calendar/new_york.ts";
import { formatAge, formatMinute } from "../../format/time.ts";
import { formatSigned } from "../../format/number.ts";
import { ABSENCE_WORDS, listed, plural } from "../../format/words.ts";
import type { LastingDifference } from "../reconciliation/answer.ts";
import { partText } from "./part_words.ts";
import type { BookScope } from "./scope.ts";
import { legChangedAt } from "./source.ts";
import { hasDifference, isCashPnlKnown, netLiqDifference, pnlApart } from "./summary.ts";
import { isStale, isValued, legAbsence } from "./trust.ts";

/** Something that wants the reader: what, since when, what it means. */
export interface Need {
  readonly id: string;
  /** "breach" is a limit broken or a step failed; "caution" a doubt; "note" a fact. */
  readonly rank: "breach" | "caution" | "note";
  readonly title: string;
  /** Exchange time "13:17", "" when unknown. */
  readonly since: string;
  readonly text: string;
  /** Page that shows more, and the words that lead there; absent when there is none. */
  readonly more?: { readonly href: string; readonly words: string };
}

/** Where broker and desk stand side by side. */
const RECONCILE = { href: "/reconcile", words: "Side by side" };

/** Where every step of a connection is tested, and says what to do. */
const CONNECT = { href: "/connect", words: "Test the connection" };

/** Legs named one by one at most; the rest is counted. */
const NAMED_MAX = 3;

function timeText(at: number | null): string {
  return at !== null && Number.isFinite(at) ? formatMinute(newYorkTime(at)) : "";
}

interface Found {
  readonly symbol: string;
  readonly words: string;
  readonly at: number;
}

function nameList(found: readonly Found[]): string {
  const byName = new Map<string, Found>();
  for (const item of found) if (!byName.has(item.symbol)) byName.set(item.symbol, item);
  const named = [...byName.values()].slice(0, NAMED_MAX).map((f) => `${f.symbol} (${f.words})`);
  const rest = byName.size - named.length;
  return listed(rest > 0 ? [...named, plural(rest, "more name")] : named);
}

/** Legs that are looked for, underlying by underlying in contract order: few of many. */
function eachLeg(
  scope: BookScope,
  isSought: (row: number) => boolean,
  take: (row: number, symbol: string) => void,
): void {
  for (const u of scope.underlyings()) {
    const found = scope.rowsOf(u).filter(isSought);
    if (found.length === 0) continue;
    const { symbol } = scope.view.underlying(u);
    for (const row of scope.inOrder(found)) take(row, symbol);
  }
}

function staleNeed(scope: BookScope, now: number): Need[] {
  const count = scope.total("staleLegs");
  if (count === 0) return [];
  const found: Found[] = [];
  eachLeg(scope, (row) => isStale(scope.view, row), (row, symbol) => {
    const at = legChangedAt(scope.view, row);
    found.push({ symbol, words: formatAge(now - at) || "no time", at });
  });
  found.sort((a, b) => a.at - b.at);
  const oldest = found.find((item) => Number.isFinite(item.at));
  const names = found.length > 0 ? `${nameList(found)}. ` : "";
  return [{
    id: "stale",
    rank: "caution",
    title: `${plural(count, "quote")} ${count === 1 ? "is" : "are"} stale`,
    since: timeText(oldest?.at ?? null),
    text: `${names}Left out of automatic decisions.`,
  }];
}

function absentNeeds(scope: BookScope): Need[] {
  const missing: Found[] = [];
  const dayless: Found[] = [];
  const unsupported: string[] = [];
  const isMissing = (row: number) => {
    const reason = legAbsence(scope.view, row);
    return reason !== "present" && reason !== "stale";
  };
  eachLeg(scope, isMissing, (row, symbol) => {
    const reason = legAbsence(scope.view, row);
    if (reason === "present" || reason === "stale") return;
    const { instrument } = scope.view.row(row);
    if (instrument.kind === "unsupported") unsupported.push(instrument.description);
    else {
      const list = isValued(scope.view, row) ? dayless : missing;
      list.push({ symbol, words: ABSENCE_WORDS[reason], at: NaN });
    }
  });
  const needs: Need[] = [];
  if (missing.length > 0) {
    needs.push({
      id: "absent",
      rank: "caution",
      title: `${plural(missing.length, "leg")} ${missing.length === 1 ? "has" : "have"} no value`,
      since: "",
      text: `${nameList(missing)}. Left out of the sums, which say so.`,
    });
  }
  if (dayless.length > 0) {
    const verb = dayless.length === 1 ? "has" : "have";
    needs.push({
      id: "dayless",
      rank: "caution",
      title: `${plural(dayless.length, "leg")} ${verb} no P&L of today`,
      since: "",
      text: `${nameList(dayless)}. Left out of today\u2019s P&L alone.`,
    });
  }
  if (unsupported.length > 0) {
    needs.push({
      id: "unsupported",
      rank: "note",
      title: `${plural(unsupported.length, "holding")} not valued`,
      since: "",
      text: `${listed(unsupported.slice(0, NAMED_MAX))}: listed, not priced by this desk.`,
    });
  }
  return needs;
}

/** Differences from the broker that last, of the chosen accounts; few of many. */
function lastingNeeds(scope: BookScope, lasting: readonly LastingDifference[]): Need[] {
  const own = lasting.filter(({ index }) => scope.accounts.includes(index));
  return own.slice(0, NAMED_MAX).map(({ account, title, text, since }) => ({
    id: `difference-${account}`,
    rank: "caution",
    title,
    since: timeText(since),
    text: `${asSentence(text)} Neither figure replaces the other.`,
    more: RECONCILE,
  }));
}

function reconciliationNeeds(
  scope: BookScope,
  lasting: readonly LastingDifference[] | null,
): Need[] {
  const needs = lasting === null ? [] : lastingNeeds(scope, lasting);
  // Where the broker is asked, what lasts is told with its cause, and nothing that flickers.
  if (lasting === null && hasDifference(scope)) {
    const difference = netLiqDifference(scope);
    needs.push({
      id: "difference",
      rank: "caution",
      title: `Desk and broker differ by ${formatSigned(difference)} ${scope.view.baseCurrency}`,
      since: "",
      text: "Net liq computed from cash and marks against the broker\u2019s own figure. " +
        "The broker\u2019s is shown.",
    });
  }
  const apart = hasDifference(scope) ? NaN : pnlApart(scope);
  if (Number.isFinite(apart)) {
    needs.push({
      id: "identity",
      rank: "caution",
      title: `P&L today and net liq are ${formatSigned(apart)} ${scope.view.baseCurrency} apart`,
      since: "",
      text: "Net liq moved otherwise since the close than positions, cash and deposits explain: " +
        "a fill, a fee or a transfer may be missing.",
    });
  }
  if (!isCashPnlKnown(scope) && scope.accounts.length > 0) {
    needs.push({
      id: "cashPnl",
      rank: "note",
      title: "P&L today is of positions alone",
      since: "",
      text: "The broker does not report what cash made: FX, dividends and interest are missing.",
    });
  }
  return needs;
}

/** Parts of the book whose broker does not answer: on a desk with several the others go on. */
function partNeeds(scope: BookScope): Need[] {
  return scope.parts.filter(({ state }) => state !== "current").map((part) => ({
    id: `broker-${part.broker}`,
    rank: "caution",
    since: timeText(part.since),
    ...partText(scope, part),
    more: CONNECT,
  }));
}

/** Prices of another broker stand in for those that fail; null where none do. */
function standInText(feeds: readonly FeedStatus[], out: readonly FeedStatus[]): string | null {
  if (!out.every(({ carries }) => carries === "prices")) return null;
  const brings = ({ state, carries }: FeedStatus) => state === "live" && carries !== "accounts";
  const live = feeds.filter((feed) => feed.broker !== undefined && brings(feed));
  const names = [...new Set(live.map(({ broker = "" }) => brokerName(broker)))];
  return names.length === 0 ? null : `Prices come from ${listed(names)} meanwhile.`;
}

/** Feeds that are out; what is wrong with several for the same reason is told once. */
function feedNeeds(feeds: readonly FeedStatus[], scope: BookScope): Need[] {
  const told = new Set(scope.parts.filter((one) => one.state !== "current").map((p) => p.broker));
  const out = feeds.filter(({ state, broker }) =>
    (state === "down" || state === "stale") && !(broker !== undefined && told.has(broker))
  );
  const byCause = Map.groupBy(out, ({ state, detail, feed }) => `${state} ${detail ?? feed}`);
  return Array.from(byCause.values(), (found) => {
    const [first] = found;
    const isOne = found.length === 1;
    const kept = standInText(feeds, found) ??
      `What ${isOne ? "it brings" : "they bring"} stays as it was.`;
    const standIn = standInText(feeds, found);
    const stood = standIn === null ? "" : ` ${standIn}`;
    return {
      id: `feed-${first.feed}`,
      rank: "caution",
      title: `${listed(found.map(({ label }) => label))} ${isOne ? "is" : "are"} ${
        first.state === "down" ? "down" : "silent"
      }`,
      since: timeText(Math.min(...found.map(({ since }) => since))),
      text: first.detail === null ? kept : `${asSentence(first.detail)}${stood}`,
      more: CONNECT,
    };
  });
}

/** What feeds that work have to say. */
function noticeNeeds(feeds: readonly FeedStatus[]): Need[] {
  return feeds.flatMap(({ feed, notice }) =>
    notice === undefined ? [] : [{
      id: `notice-${feed}`,
      rank: "caution" as const,
      title: "Not everything is shown",
      since: "",
      text: notice,
    }]
  );
}

function recordingNeeds(recording: RecordingStatus | null): Need[] {
  if (recording === null) return [];
  const { message, damage } = recording;
  if (message === null) return damage === null ? [] : [damageNeed(damage)];
  const fix = recording.fix ?? "";
  const help = fix === "" ? "" : ` What helps: ${fix}.`;
  return [{
    id: "recording",
    rank: "caution",
    title: "Recording has stopped",
    since: timeText(recording.since),
    text: `${asSentence(message)} Figures are live all the same.${help}`,
  }];
}

function damageNeed(damage: string): Need {
  return {
    id: "recording-damage",
    rank: "note",
    title: "Part of the record is damaged",
    since: "",
    text: `${asSentence(damage)} What is recorded now is not touched by it.`,
  };
}

/** "the disk is full" as a sentence of its own. */
function asSentence(words: string): string {
  const text = `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/**
 * What wants the reader, the gravest first. Empty means that nothing does. `lasting`: differences
 * from the broker's own figures, null where the source has none.
 */
export function needs(
  scope: BookScope,
  feeds: readonly FeedStatus[],
  now: number,
  told: {
    readonly recording: RecordingStatus | null;
    readonly lasting: readonly LastingDifference[] | null;
  },
): readonly Need[] {
  return [
    ...partNeeds(scope),
    ...feedNeeds(feeds, scope),
    ...noticeNeeds(feeds),
    ...recordingNeeds(told.recording),
    ...staleNeed(scope, now),
    ...absentNeeds(scope),
    ...reconciliationNeeds(scope, told.lasting),
  ];
}

/** How many of them are more than a note: what the headline counts. */
export function needCount(list: readonly Need[]): number {
  return list.filter((need) => need.rank !== "note").length;
}
