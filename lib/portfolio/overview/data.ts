import { newYorkTime } from "../../calendar/new_york.ts";
import { type Account, brokerName, typeBeside } from "../../domain/account.ts";
import { accountSlugs, chooseAccounts } from "../../domain/account_choice.ts";
import type { BookView } from "../../domain/book_view.ts";
import { ACCOUNT_AT, ACCOUNT_F64 } from "../../domain/measures.ts";
import { compactText } from "../../format/number.ts";
import type {
  FeedStatus,
  FxRateStatus,
  MarketStatus,
  PageMode,
  RecordingStatus,
} from "../../stream/protocol/messages.ts";
import { feedBar, type FeedBarView, pageHealth, pageTitle } from "./feed_bar.ts";
import { type Headline, headline } from "./headline.ts";
import { type LineContext, type LineView, lineView, type TotalView, totalView } from "./lines.ts";
import type { HistoryAnswer } from "./history_answer.ts";
import { paperStandIn } from "../paper.ts";
import type { LastingDifference } from "../reconciliation/answer.ts";
import type { TodayHistory } from "./today_line.ts";
import { type Need, needCount, needs } from "./needs.ts";
import { barScale, orderGroups, tableLines } from "./order.ts";
import type { PlaybackView } from "./playback.ts";
import type { Preferences } from "./preferences.ts";
import { allocationRing, type Ring } from "./ring.ts";
import { type BrokerItem, brokerItems } from "./part_words.ts";
import { BookScope } from "./scope.ts";
import { isAccountOld } from "./trust.ts";
import {
  type BalanceLine,
  balanceLines,
  type SideCell,
  sideCells,
  type StatCell,
  statCells,
  type Vital,
  vitals,
} from "./summary.ts";

/** What the page needs of a desk; `DeskServices` satisfies it. Times by the source's clock. */
export interface OverviewSource {
  readonly mode: PageMode;
  view(): BookView;
  /** The book as text, with the sequence from which the page's island goes on. */
  snapshot(): { readonly epoch: string; readonly seq: number; readonly text: string };
  feeds(): readonly FeedStatus[];
  market(): MarketStatus | null;
  sourceNow(): number;
  /** Median time of a recomputation; null before the first. */
  recomputeMs(): number | null;
  /** Rates that money of other currencies is converted with; absent: there is none. */
  rates?(): readonly FxRateStatus[];
  /** Control of a recording, null when nothing is played. */
  playback(): { state(): PlaybackView } | null;
  /** Whether the desk keeps what it shows; null where nothing is kept by design. */
  recording(): RecordingStatus | null;
  /** Differences from the broker that last; null, or absent, where nothing is compared. */
  lastingDifferences?(): readonly LastingDifference[] | null;
  /** Metrics since the start, per account in the order of the view's accounts. */
  today(): TodayHistory;
}

/** An account in the filter. */
export interface AccountItem {
  readonly index: number;
  readonly slug: string;
  /** Id of its broker. */
  readonly broker: string;
  readonly name: string;
  /** What kind of account it is, "" where its name says just that. */
  readonly type: string;
  /** What the broker calls it and the last four of its number. */
  readonly title: string;
  /** "612k", "—" when the broker says nothing. */
  readonly netLiq: string;
  /** True when the broker should have told a newer one. */
  readonly isOld: boolean;
  readonly isChosen: boolean;
}

/** Everything that the page's first paint shows, as plain JSON. */
export interface OverviewData {
  readonly mode: PageMode;
  readonly title: string;
  readonly preferences: Preferences;
  readonly baseCurrency: string;
  readonly now: number;
  readonly context: LineContext;
  readonly accounts: readonly AccountItem[];
  /** Brokers of a desk with several; else empty. */
  readonly brokers: readonly BrokerItem[];
  readonly unknownAccounts: readonly string[];
  readonly feeds: readonly FeedStatus[];
  readonly market: MarketStatus | null;
  readonly feedBar: FeedBarView;
  readonly recomputeMs: number | null;
  readonly headline: Headline;
  readonly stats: readonly StatCell[];
  readonly sides: readonly SideCell[];
  readonly vitals: readonly Vital[];
  readonly balance: readonly BalanceLine[];
  readonly rates: readonly FxRateStatus[];
  readonly needs: readonly Need[];
  readonly lasting: readonly LastingDifference[] | null;
  readonly lines: readonly LineView[];
  readonly total: TotalView;
  readonly ring: Ring;
  readonly today: TodayHistory;
  readonly recording: RecordingStatus | null;
  /** The line over several sessions; null for today, and while the record cannot be read. */
  readonly line: HistoryAnswer | null;
  /** Why there is no such line, "" when there is or none is wanted. */
  readonly lineProblem: string;
  /** Where a recording stands; null when nothing is played. */
  readonly playback: PlaybackView | null;
  readonly snapshot: { readonly epoch: string; readonly seq: number; readonly text: string };
}

/** The context of lines at a moment: the exchange's date, and the close while none is open. */
export function lineContext(
  market: MarketStatus | null,
  now: number,
  measure: LineContext["measure"],
  scale: number,
): LineContext {
  return {
    measure,
    barScale: scale,
    now,
    today: Number.isFinite(now) ? newYorkTime(now).date : "",
    closedAt: market !== null && market.session === "closed" ? market.since : null,
  };
}

/** True while no session is open. */
export function isMarketClosed(market: MarketStatus | null): boolean {
  return market !== null && market.session === "closed";
}

/** What stands below its name; in a mixed book paper money is named where the name does not. */
function accountType(account: Account, isMixed: boolean): string {
  const type = typeBeside(account);
  if (!isMixed || account.isPaper !== true || /\bpaper\b/i.test(account.nickname)) return type;
  return type === "" ? "Paper money" : `Paper money, ${type}`;
}

/** The accounts of a book as the filter lists them. */
export function accountItems(view: BookView, chosen: readonly number[]): AccountItem[] {
  const accounts = Array.from({ length: view.accountCount }, (_, i) => view.account(i).account);
  const slugs = accountSlugs(accounts);
  const isMixed = paperStandIn(view) === "mixed";
  return accounts.map((account, index) => {
    const at = index * ACCOUNT_F64.length + ACCOUNT_AT.netLiquidation;
    return {
      index,
      slug: slugs[index],
      broker: account.broker,
      name: account.nickname,
      type: accountType(account, isMixed),
      title: `${account.type}, ${brokerName(account.broker)}, number ending ${
        account.number.slice(-4)
      }`,
      netLiq: compactText(view.accountF64[at]),
      isOld: isAccountOld(view, index),
      isChosen: chosen.includes(index),
    };
  });
}

/** The dense indices that a list of account names chooses; all when it names none. */
export function chosenAccounts(
  view: BookView,
  names: readonly string[],
): { readonly indices: readonly number[]; readonly unknown: readonly string[] } {
  const accounts = Array.from({ length: view.accountCount }, (_, i) => view.account(i).account);
  return chooseAccounts(accounts, names);
}

/** The line over several sessions as it was read for a page, or why it could not be. */
export interface PageLine {
  readonly line: HistoryAnswer | null;
  readonly lineProblem: string;
}

/** A page of today alone. */
const NO_LINE: PageLine = { line: null, lineProblem: "" };

/** Gathers the page from a desk. */
export function overviewData(
  source: OverviewSource,
  preferences: Preferences,
  { line, lineProblem }: PageLine = NO_LINE,
): OverviewData {
  const view = source.view();
  const choice = chosenAccounts(view, preferences.accounts);
  const now = source.sourceNow();
  const [feeds, market] = [source.feeds(), source.market()];
  const scope = new BookScope(view, choice.indices, feeds);
  const order = orderGroups(scope, preferences.sort, preferences.side);
  const open = new Set(preferences.open);
  const lines = tableLines(scope, order, open);
  const scale = barScale(scope, lines, preferences.measure);
  const context = lineContext(market, now, preferences.measure, scale);
  const recording = source.recording();
  const lasting = source.lastingDifferences?.() ?? null;
  const wants = needs(scope, feeds, now, { recording, lasting });
  const recomputeMs = source.recomputeMs();
  const [staleLegs, legs] = [scope.total("staleLegs"), scope.total("legs")];
  return {
    mode: source.mode,
    title: pageTitle(source.mode, "Overview", pageHealth(feeds, "open")),
    preferences,
    baseCurrency: view.baseCurrency,
    now,
    context,
    accounts: accountItems(view, choice.indices),
    brokers: brokerItems(scope.parts),
    unknownAccounts: choice.unknown,
    feeds,
    market,
    feedBar: feedBar({ feeds, market, staleLegs, legs, recomputeMs, now, recording }),
    recomputeMs,
    headline: headline(scope, needCount(wants), isMarketClosed(market)),
    stats: statCells(scope),
    sides: sideCells(scope),
    vitals: vitals(scope),
    balance: balanceLines(scope),
    rates: source.rates?.() ?? [],
    needs: wants,
    lasting,
    lines: lines.map((line) => lineView(scope, line, preferences.columns, context, open)),
    total: totalView(scope, preferences.columns),
    ring: allocationRing(scope, preferences.ring),
    today: source.today(),
    recording,
    line,
    lineProblem,
    playback: source.playback()?.state() ?? null,
    snapshot: source.snapshot(),
  };
}
