import { newYorkTime } from "../../calendar/new_york.ts";
import { typeBeside } from "../../domain/account.ts";
import { tickDecimals } from "../../format/number.ts";
import { formatClock } from "../../format/time.ts";
import { ABSENCE_WORDS, listed, plural } from "../../format/words.ts";
import {
  ABSENT_FIGURE,
  type Figure,
  type FigureState,
  levelFigure,
  signedFigure,
} from "../overview/figure.ts";
import {
  ACCOUNT_FIGURES,
  type AccountAnswer,
  type AccountFigure,
  FIGURE_NAMES,
  type ReconciliationAnswer,
} from "./answer.ts";
import type { Compared, Doubt } from "./compared.ts";
import type { ComparedPosition } from "./position.ts";
import { reconcileHeadline } from "./page_headline.ts";
import { differingPart } from "./wording.ts";

/** Why two figures cannot be compared, in words short enough for a cell. */
export const DOUBT_WORDS: Readonly<Record<Doubt, string>> = {
  absentTheirs: "the broker does not tell it",
  absentOurs: "no value here",
  staleOurs: "ours is stale",
  staleTheirs: "the broker\u2019s figure is old",
  closed: "market closed",
  otherTime: "of different moments",
};

/** Two figures as they are drawn, with what was found. */
export interface ComparedCells {
  readonly id: string;
  readonly label: string;
  readonly theirs: Figure;
  readonly ours: Figure;
  readonly difference: Figure;
  readonly tolerance: Figure;
  readonly state: Compared["state"];
  /** "agrees", why not comparable, or the probable cause. */
  readonly finding: string;
}

/** One account as it is drawn. */
export interface AccountCells {
  readonly slug: string;
  readonly name: string;
  /** "Roth IRA, compared 10:15:42", "not compared yet". */
  readonly note: string;
  /** Why the broker did not answer last time, "" when it did. */
  readonly problem: string;
  readonly figures: readonly ComparedCells[];
}

/** One position as it is drawn: three lines of `columns`. */
export interface PositionCells {
  readonly id: string;
  readonly label: string;
  readonly account: string;
  readonly state: Compared["state"];
  readonly finding: string;
  readonly columns: readonly ComparedCells[];
}

/** The page as it is drawn. */
export interface ReconcileView {
  readonly headline: string;
  readonly stand: string;
  readonly isTold: boolean;
  readonly accounts: readonly AccountCells[];
  readonly positions: readonly PositionCells[];
  /** "412 more agree and are not listed", "" when all are. */
  readonly unlisted: string;
}

/** Positions on the page at most. */
export const SHOWN_MAX = 200;

/** How a column of positions is written. */
interface Column {
  readonly id: string;
  readonly label: string;
  readonly isSigned: boolean;
  readonly decimals: number;
  readonly scale: number;
}

const GREEK_COLUMNS = [
  { id: "iv", label: "IV, %", word: "volatility", isSigned: false, decimals: 1, scale: 100 },
  { id: "delta", label: "Delta", word: "delta", isSigned: true, decimals: 3, scale: 1 },
  { id: "gamma", label: "Gamma", word: "gamma", isSigned: true, decimals: 4, scale: 1 },
  { id: "thetaPerDay", label: "Theta", word: "theta", isSigned: true, decimals: 3, scale: 1 },
  { id: "vegaPerPoint", label: "Vega", word: "vega", isSigned: true, decimals: 3, scale: 1 },
] as const;

/** What was found of two figures, in words. */
export function findingWords({ state, doubt, cause }: Compared): string {
  switch (state) {
    case "agrees":
      return "agrees";
    case "differs":
      return cause?.text ?? "no known cause";
    case "notComparable":
      return doubt === null ? "not comparable" : DOUBT_WORDS[doubt];
  }
}

function sideState({ doubt }: Compared, side: "theirs" | "ours"): FigureState {
  const isStale = doubt === (side === "theirs" ? "staleTheirs" : "staleOurs");
  return isStale ? "stale" : "live";
}

/** `isPast`: the broker has not answered since, so that both sides are of an earlier moment. */
function cellsOf(compared: Compared, column: Column, isPast: boolean): ComparedCells {
  const { id, label, isSigned, decimals, scale } = column;
  const draw = (value: number | null, state: FigureState) => {
    if (value === null) return ABSENT_FIGURE;
    const write = isSigned ? signedFigure : levelFigure;
    return write(value * scale, decimals, state);
  };
  const { difference, tolerance } = compared;
  return {
    id,
    label,
    theirs: draw(compared.theirs, isPast ? "stale" : sideState(compared, "theirs")),
    ours: draw(compared.ours, isPast ? "stale" : sideState(compared, "ours")),
    difference: signedFigure((difference ?? NaN) * scale, decimals, isPast ? "stale" : "live"),
    tolerance: levelFigure((tolerance ?? NaN) * scale, decimals, "live"),
    state: compared.state,
    finding: findingWords(compared),
  };
}

const NOTHING: Compared = {
  theirs: null,
  ours: null,
  difference: null,
  tolerance: null,
  state: "notComparable",
  doubt: null,
  cause: null,
  theirsAt: null,
  theirsSource: "",
};

/** What of a position that agrees is still worth a word: a Greek beside delta, or none at all. */
function agreeingWords({ greeks, modelAbsence }: ComparedPosition): string {
  if (modelAbsence !== null) return `agrees; no Greeks here: ${ABSENCE_WORDS[modelAbsence]}`;
  const other = GREEK_COLUMNS.find(({ id }) => greeks?.[id].state === "differs");
  if (greeks === null || other === undefined) return "agrees";
  return `agrees but for ${other.word}: ${findingWords(greeks[other.id])}`;
}

function positionFinding(position: ComparedPosition): string {
  const part = differingPart(position);
  if (part !== null) return `${part.name}: ${findingWords(part.of)}`;
  if (position.state === "agrees") return agreeingWords(position);
  return findingWords(position.mark.state === "notComparable" ? position.mark : position.quantity);
}

const BLANK: Figure = { text: "", state: "live", tone: "" };

/** What a position does not have by nature is blank: it is not unknown. */
function blankCells({ id, label }: Column): ComparedCells {
  const blank = { theirs: BLANK, ours: BLANK, difference: BLANK, tolerance: ABSENT_FIGURE };
  return { id, label, ...blank, state: "agrees", finding: "" };
}

function positionCells(position: ComparedPosition, account: AccountAnswer): PositionCells {
  const { quantity, mark, greeks, label, instrumentKey, tickSize } = position;
  const isWhole = Number.isInteger(quantity.theirs ?? 0) && Number.isInteger(quantity.ours ?? 0);
  const plain = { scale: 1 };
  const isPast = account.problem !== null;
  const columns = [
    cellsOf(quantity, {
      ...plain,
      id: "quantity",
      label: "Quantity",
      isSigned: true,
      decimals: isWhole ? 0 : 4,
    }, isPast),
    // A mid lies between two ticks.
    cellsOf(mark, {
      ...plain,
      id: "mark",
      label: "Mark",
      isSigned: false,
      decimals: tickDecimals(tickSize) + 1,
    }, isPast),
    ...GREEK_COLUMNS.map((column) =>
      greeks === null ? blankCells(column) : cellsOf(greeks[column.id], column, isPast)
    ),
  ];
  return {
    id: `${account.account} ${instrumentKey}`,
    label,
    account: account.nickname,
    state: position.state,
    finding: positionFinding(position),
    columns,
  };
}

/** Cents: a reconciliation that rounds to dollars hides what it looks for. */
const MONEY_DECIMALS = 2;

function accountCells(answer: AccountAnswer): AccountCells {
  const { account, nickname, compared, problem } = answer;
  const type = typeBeside(answer);
  const when = compared === null
    ? "not compared yet"
    : `compared ${formatClock(newYorkTime(compared.comparedAt))} New York`;
  const note = [answer.broker ?? "", type, when].filter((part) => part !== "").join(", ");
  const fix = problem?.fix === null || problem === null ? "" : ` What helps: ${problem.fix}.`;
  const figure = (id: AccountFigure) =>
    cellsOf(compared?.[id] ?? NOTHING, {
      id,
      label: FIGURE_NAMES[id],
      isSigned: id === "dayPnl",
      decimals: MONEY_DECIMALS,
      scale: 1,
    }, problem !== null);
  return {
    slug: account,
    name: nickname,
    note,
    problem: problem === null ? "" : `${problem.message}.${fix}`,
    figures: ACCOUNT_FIGURES.map(figure),
  };
}

const RANK: Readonly<Record<Compared["state"], number>> = {
  differs: 0,
  notComparable: 1,
  agrees: 2,
};

function standfirst(answer: ReconciliationAnswer): string {
  const counts = { agrees: 0, differs: 0, notComparable: 0 };
  for (const { compared } of answer.accounts) {
    for (const state of ["agrees", "differs", "notComparable"] as const) {
      counts[state] += compared?.counts[state] ?? 0;
    }
  }
  const all = counts.agrees + counts.differs + counts.notComparable;
  if (all === 0) return "";
  const parts = counts.agrees === all
    ? ["all agree"]
    : [`${counts.agrees} ${counts.agrees === 1 ? "agrees" : "agree"}`];
  if (counts.differs > 0) {
    parts.push(`${counts.differs} ${counts.differs === 1 ? "differs" : "differ"}`);
  }
  if (counts.notComparable > 0) parts.push(`${counts.notComparable} cannot be compared now`);
  return `Of ${plural(all, "position")} ${listed(parts)}. ` +
    "Greeks are the broker\u2019s from its feed beside the model\u2019s at the mid quoted here.";
}

/** The page of an answer: differences first, every missing figure a dash with its reason. */
export function reconcileView(answer: ReconciliationAnswer): ReconcileView {
  const positions = answer.accounts.flatMap((account) =>
    account.compared?.positions.map((position) => positionCells(position, account)) ?? []
  ).sort((a, b) => RANK[a.state] - RANK[b.state]);
  const all = answer.accounts.reduce((sum, { compared }) => {
    const counts = compared?.counts;
    return sum + (counts === undefined ? 0 : counts.agrees + counts.differs + counts.notComparable);
  }, 0);
  const shown = positions.slice(0, SHOWN_MAX);
  const rest = all - shown.length;
  const areAgreeing = shown.length === 0 || RANK[shown[shown.length - 1].state] === RANK.agrees;
  return {
    headline: reconcileHeadline(answer),
    stand: standfirst(answer),
    isTold: answer.isTold,
    accounts: answer.isTold ? answer.accounts.map(accountCells) : [],
    positions: shown,
    unlisted: rest <= 0 ? "" : `${rest} more ${areAgreeing ? "agree and " : ""}are not listed`,
  };
}
