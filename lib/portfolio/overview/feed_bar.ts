import type {
  FeedStatus,
  MarketStatus,
  PageMode,
  RecordingStatus,
} from "../../stream/protocol/messages.ts";
import { newYorkTime } from "../../calendar/new_york.ts";
import { shortBrokerName } from "../../domain/account.ts";
import { formatLevel } from "../../format/number.ts";
import { plural } from "../../format/words.ts";
import { formatAge, formatClock, formatCountdown, formatMinute } from "../../format/time.ts";

/** Shape of the mark in front of a feed: disc, half disc, dashed ring, open square. */
export type Pip = "live" | "late" | "down" | "shut";

/** A feed in the bar. */
export interface FeedItem {
  readonly id: string;
  readonly label: string;
  readonly pip: Pip;
  /** What stands in the age's slot instead: "since 13:06", "connecting", "closed". */
  readonly words: string;
  /** Age of its last byte, "" when it has none. */
  readonly age: string;
}

/** What the page's own line to the desk is doing. */
export type LinkState = "connecting" | "open" | "late" | "lost" | "reload" | "signedOut";

/** The page's own line to the desk, and since when it is so by the source's clock. */
export interface LinkStatus {
  readonly state: LinkState;
  readonly since: number;
}

/** A page as the server paints it: its line is not open yet, and nothing is wrong with that. */
export const NO_LINK: LinkStatus = { state: "connecting", since: NaN };

/** True when nothing reaches the page any more. */
function isCut(link: LinkState): boolean {
  return link === "lost" || link === "reload" || link === "signedOut";
}

/** The feed bar at one moment. */
export interface FeedBarView {
  readonly feeds: readonly FeedItem[];
  /** "3 of 227": stale legs of all. */
  readonly stale: string;
  readonly isAllCurrent: boolean;
  /** Market events per second over all feeds, "" when no feed counts. */
  readonly rate: string;
  readonly recompute: string;
  /** "since 13:02" while history is not recorded, "" while it is. */
  readonly unrecorded: string;
  readonly session: string;
  readonly countdown: string;
  readonly isClosed: boolean;
  readonly clock: string;
}

/** What the bar is made from. */
export interface FeedBarInput {
  readonly feeds: readonly FeedStatus[];
  readonly market: MarketStatus | null;
  readonly staleLegs: number;
  readonly legs: number;
  readonly recomputeMs: number | null;
  /** Source's clock. */
  readonly now: number;
  /** How the page's own line stands; the server's paint has none. */
  readonly link?: LinkStatus;
  /** Whether the desk keeps what it shows; null where nothing is kept by design. */
  readonly recording: RecordingStatus | null;
}

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const DAY_MS = 86_400_000;

function pipOf(feed: FeedStatus): Pip {
  switch (feed.state) {
    case "live":
      return "live";
    case "stale":
    case "connecting":
      return "late";
    case "down":
      return "down";
    case "closed":
      return "shut";
  }
}

/** Without a line nothing is known of a feed but since when. */
function unheardItem(feed: FeedStatus, link: LinkStatus): FeedItem {
  const words = sinceText(link.since);
  return { id: feed.feed, label: feed.label, pip: "down", words, age: "" };
}

function sinceText(since: number): string {
  return Number.isFinite(since) ? `since ${formatMinute(newYorkTime(since))}` : "";
}

function feedItem(feed: FeedStatus, now: number): FeedItem {
  const isDown = feed.state === "down" || feed.state === "stale";
  const lastAt = feed.lastEventAt ?? feed.lastByteAt;
  const words = isDown
    ? sinceText(feed.since)
    : feed.state === "connecting"
    ? "connecting"
    : feed.state === "closed"
    ? "closed"
    : "";
  const hasAge = lastAt !== null && feed.state !== "closed" && feed.state !== "connecting";
  return {
    id: feed.feed,
    label: feed.label,
    pip: pipOf(feed),
    words,
    age: hasAge ? formatAge(now - lastAt) : "",
  };
}

function rateText(feeds: readonly FeedStatus[]): string {
  const counted = feeds.map((feed) => feed.eventsPerSecond).filter((rate) => rate !== null);
  if (counted.length === 0) return "";
  return formatLevel(counted.reduce((sum, rate) => sum + rate, 0));
}

function opensText(until: number, now: number): string {
  const time = formatMinute(newYorkTime(until));
  const date = newYorkTime(until).date;
  if (date === newYorkTime(now).date) return `opens ${time}, in`;
  if (until - now < 7 * DAY_MS) {
    return `opens ${DAYS[new Date(`${date}T00:00:00Z`).getUTCDay()]} ${time}, in`;
  }
  return `opens ${date} ${time}, in`;
}

function sessionParts(market: MarketStatus | null, now: number): [string, string, boolean] {
  if (market === null) return ["", "", false];
  const left = market.until === null ? "" : formatCountdown(market.until - now);
  if (market.session === "closed") {
    const words = market.until === null ? "Session closed" : opensText(market.until, now);
    return [words, left, true];
  }
  const name = market.session === "regular" ? "Session open" : "Extended hours";
  return [left === "" ? name : `${name}, closes in`, left, false];
}

/** The worst first. */
const GRAVITY: readonly FeedStatus["state"][] = ["down", "stale", "connecting", "closed", "live"];

/** A broker's feeds as one: its worst, under the broker's name where all of it stands so. */
function brokerFeed(broker: string, own: readonly FeedStatus[]): FeedStatus {
  const [worst] = own.toSorted((a, b) => GRAVITY.indexOf(a.state) - GRAVITY.indexOf(b.state));
  const isWhole = own.every(({ state }) => state === worst.state);
  const shown = isWhole ? own.find(({ carries }) => carries !== "accounts") ?? worst : worst;
  return { ...shown, feed: broker, label: isWhole ? shortBrokerName(broker) : worst.label };
}

/** What there is room for: every feed of one broker, or one entry per broker of several. */
function barFeeds(feeds: readonly FeedStatus[]): readonly FeedStatus[] {
  const byBroker = Map.groupBy(feeds, ({ broker }) => broker ?? "");
  if (byBroker.size < 2) return feeds;
  return Array.from(byBroker, ([broker, own]) => brokerFeed(broker, own));
}

/** The feed bar. Fixed parts stay in place; ages and clock are the only text that changes often. */
export function feedBar(input: FeedBarInput): FeedBarView {
  const link = input.link ?? NO_LINK;
  const [session, countdown, isClosed] = sessionParts(input.market, input.now);
  return {
    feeds: barFeeds(input.feeds).map((feed) =>
      isCut(link.state) ? unheardItem(feed, link) : feedItem(feed, input.now)
    ),
    stale: `${formatLevel(input.staleLegs)} of ${formatLevel(input.legs)}`,
    isAllCurrent: input.staleLegs === 0,
    rate: rateText(input.feeds),
    recompute: input.recomputeMs === null || !Number.isFinite(input.recomputeMs)
      ? ""
      : `${formatLevel(input.recomputeMs, 1)}\u202fms`,
    unrecorded: input.recording === null || input.recording.message === null
      ? ""
      : sinceText(input.recording.since),
    session,
    countdown,
    isClosed,
    clock: Number.isFinite(input.now) ? formatClock(newYorkTime(input.now)) : "",
  };
}

/** The worst thing that a feed or the page's own line says. */
export type PageHealth = "fine" | "stale" | "down";

/** Health of what the page shows: a lost line is as bad as a feed that is down. */
export function pageHealth(feeds: readonly FeedStatus[], link: LinkState): PageHealth {
  if (isCut(link) || feeds.some((feed) => feed.state === "down")) return "down";
  return link === "late" || feeds.some((feed) => feed.state === "stale") ? "stale" : "fine";
}

const LINK_WORDS: Readonly<Record<LinkState, string>> = {
  connecting: "",
  open: "",
  late: "",
  lost: "Desk not reachable",
  reload: "Desk updated, reload this page:",
  signedOut: "Signed out",
};

/** With several brokers one that is down dims nothing: the others' figures are as live as ever. */
function isAnyBrokerWhole(feeds: readonly FeedStatus[]): boolean {
  const brokers = new Set(feeds.flatMap(({ broker }) => broker === undefined ? [] : [broker]));
  const isWhole = (broker: string) =>
    feeds.every((feed) => feed.broker !== broker || feed.state !== "down");
  return brokers.size > 1 && [...brokers].some(isWhole);
}

/**
 * The section over the table is dimmed and says since when, while a feed is down. Several are
 * counted, for the words stand in one line with the section's tools; the bar names them.
 */
export function downNote(feeds: readonly FeedStatus[], link: LinkStatus): string {
  const words = LINK_WORDS[link.state];
  if (words !== "") return `${words} ${sinceText(link.since)}`.trim();
  const down = feeds.filter((feed) => feed.state === "down");
  if (down.length === 0 || isAnyBrokerWhole(feeds)) return "";
  const name = down.length === 1 ? down[0].label : plural(down.length, "feed");
  return `${name} down ${sinceText(Math.min(...down.map(({ since }) => since)))}`;
}

const MODE_WORD: Readonly<Record<PageMode, string>> = {
  demo: "Demo",
  replay: "Replay",
  live: "",
  sandbox: "Sandbox",
  simulator: "Simulator",
  paper: "Paper",
  mixed: "Part paper",
};

/** The page's title: what is broken first, then the mode, then the page. */
export function pageTitle(mode: PageMode, page: string, health: PageHealth): string {
  const broken = health === "down" ? "Feed down" : health === "stale" ? "Feed silent" : "";
  return [broken, MODE_WORD[mode], page, "Deltadesk"].filter((part) => part !== "").join(" · ");
}

/** The flag in front of the feed bar; null for live with real money. */
export function modeFlag(mode: PageMode): { name: string; note: string } | null {
  switch (mode) {
    case "demo":
      return { name: "Demo market", note: "invented prices, no broker connected" };
    case "replay":
      return { name: "Replay", note: "recorded prices, no broker connected" };
    case "sandbox":
      return { name: "Sandbox", note: "the broker's test system, not real money" };
    case "simulator":
      return { name: "Simulator", note: "invented prices, not real money" };
    case "paper":
      return { name: "Paper money", note: "nothing of it is real money" };
    case "mixed":
      return { name: "Part paper money", note: "some accounts are not real money" };
    case "live":
      return null;
  }
}

/** What happened since a feed's state was last spoken: one sentence per change, "" for none. */
export function spokenChange(
  before: readonly FeedStatus[],
  after: readonly FeedStatus[],
): string {
  return after.filter((feed) => {
    const old = before.find((item) => item.feed === feed.feed);
    return old !== undefined && old.state !== feed.state;
  }).map((feed) => `${feed.label} is ${feed.state}.`).join(" ");
}
