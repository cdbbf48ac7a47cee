import { formatLevel } from "../../format/number.ts";
import { countWord, plural } from "../../format/words.ts";
import { mixedWords } from "../paper.ts";
import { type Figure, levelFigure, resultFigure, signedFigure } from "./figure.ts";
import { wantingSentence } from "./part_words.ts";
import type { BookScope } from "./scope.ts";
import { dayResult, leftOutText, netLiquidation } from "./summary.ts";
import { hasDelayed, totalState } from "./trust.ts";

/** A piece of a sentence: words, or a live number with its width in digits. */
export type Phrase =
  | { readonly kind: "text"; readonly text: string }
  | {
    readonly kind: "figure";
    readonly id: string;
    readonly figure: Figure;
    /** Unit on the same line behind it, "" for none. */
    readonly unit: string;
  };

/** The answer of the page and its catch. */
export interface Headline {
  readonly sentence: readonly Phrase[];
  readonly standfirst: readonly Phrase[];
}

function text(words: string): Phrase {
  return { kind: "text", text: words };
}

function number(id: string, figure: Figure, unit = ""): Phrase {
  return { kind: "figure", id, figure, unit };
}

/** Size without its sign, for "long 572,238" where the word says the direction. */
function sizeFigure(value: number, state: Figure["state"]): Figure {
  return levelFigure(Math.abs(value), 0, state);
}

/** `lead` is "You are " at the start of a sentence, "" inside one. */
function deltaPhrases(scope: BookScope, lead: string): Phrase[] {
  const state = totalState(scope, "greeks");
  const delta = scope.total("dollarDelta");
  if (state === "absent" || !Number.isFinite(delta)) {
    return [text(`${lead}of unknown delta`)];
  }
  if (formatLevel(Math.abs(delta)) === "0") return [text(`${lead}flat in delta`)];
  const side = delta > 0 ? "long" : "short";
  return [
    text(`${lead}${side} `),
    number("dollarDelta", sizeFigure(delta, state), scope.view.baseCurrency),
    text(" of delta"),
  ];
}

function resultPhrases(scope: BookScope, words: string): Phrase[] {
  const result = dayResult(scope);
  if (result.state === "absent" || !Number.isFinite(result.value)) {
    return [text("; today\u2019s result is not known")];
  }
  return [text(words), number("pnl", resultFigure(result.value, 0, result.state))];
}

function attentionPhrase(needCount: number): Phrase[] {
  if (needCount === 0) return [text("; nothing needs you")];
  const isOne = needCount === 1;
  return [text(`; ${countWord(needCount)} ${isOne ? "thing needs" : "things need"} you`)];
}

function largestPhrases(scope: BookScope): Phrase[] {
  const { view } = scope;
  const ranked = scope.underlyings()
    .filter((u) => Number.isFinite(scope.group(u, "dollarDelta")))
    .sort((a, b) =>
      Math.abs(scope.group(b, "dollarDelta")) - Math.abs(scope.group(a, "dollarDelta"))
    );
  const [first, second] = ranked;
  if (first === undefined || scope.group(first, "dollarDelta") === 0) return [];
  const state = totalState(scope, "greeks");
  const named = (u: number, id: string) => [
    text(`${view.underlying(u).symbol} `),
    number(id, signedFigure(scope.group(u, "dollarDelta"), 0, state)),
  ];
  if (second === undefined) return [text("All of it is "), ...named(first, "first"), text(". ")];
  return [
    text("The largest are "),
    ...named(first, "first"),
    text(" and "),
    ...named(second, "second"),
    text(". "),
  ];
}

function movePhrases(scope: BookScope): Phrase[] {
  const state = totalState(scope, "greeks");
  if (state === "absent") return [];
  const after = scope.total("dollarDelta") + scope.total("dollarGamma");
  const theta = scope.total("theta");
  const isEarning = theta >= 0;
  return [
    text("If every name rises 1\u202f%, delta becomes "),
    number("after", signedFigure(after, 0, state)),
    text(`; a day of time ${isEarning ? "earns" : "costs"} `),
    number("theta", sizeFigure(theta, state)),
    text("."),
  ];
}

function catchPhrases(scope: BookScope): Phrase[] {
  const missing = leftOutText(scope);
  const stale = scope.total("staleLegs");
  const wanting = wantingSentence(scope);
  const missed = wanting === "" ? [] : [text(wanting)];
  const parts = [
    stale > 0 ? `${plural(stale, "leg")} ${stale === 1 ? "is" : "are"} stale` : "",
    missing,
    hasDelayed(scope) ? "prices are delayed" : "",
    mixedWords(scope.view, scope.accounts),
  ].filter((part) => part !== "");
  if (parts.length === 0) return missed;
  const sentence = parts.join(", ");
  return [...missed, text(` ${sentence[0].toUpperCase()}${sentence.slice(1)}.`)];
}

function emptyHeadline(scope: BookScope): Headline {
  const accounts = plural(scope.accounts.length, "account");
  return {
    sentence: [text("No open positions in these accounts.")],
    standfirst: [text(`The desk watches ${accounts} and shows a leg within a second of its fill.`)],
  };
}

/**
 * The headline: what is true of the book now, as a sentence, and its catch. `needCount` is the
 * number of things in "Needs you". After the close the book is told as it closed.
 */
export function headline(scope: BookScope, needCount: number, isClosed: boolean): Headline {
  if (scope.total("legs") === 0) return emptyHeadline(scope);
  const standfirst = [...largestPhrases(scope), ...movePhrases(scope), ...catchPhrases(scope)];
  if (isClosed) {
    const netLiq = netLiquidation(scope);
    const closing = [
      text("The book closed at "),
      number("netLiq", levelFigure(netLiq.value, 0, netLiq.state)),
      text(", "),
    ];
    const delta = deltaPhrases(scope, "");
    const result = resultPhrases(scope, "; the day made ");
    return { sentence: [...closing, ...delta, ...result, text(".")], standfirst };
  }
  return {
    sentence: [
      ...deltaPhrases(scope, "You are "),
      ...resultPhrases(scope, "; today stands at "),
      ...attentionPhrase(needCount),
      text("."),
    ],
    standfirst,
  };
}

/**
 * The words of a sentence without its numbers: as long as it is the same, only numbers are
 * written; when it differs the sentence is set anew.
 */
export function phraseShape(phrases: readonly Phrase[]): string {
  return phrases.map((p) => p.kind === "text" ? p.text : `{${p.id}:${p.figure.text.length}}`)
    .join("");
}

/** A sentence as plain text, for the title and for tests. */
export function phraseText(phrases: readonly Phrase[]): string {
  return phrases.map((p) => {
    if (p.kind === "text") return p.text;
    return p.unit === "" ? p.figure.text : `${p.figure.text}\u00a0${p.unit}`;
  }).join("");
}

/** The summary that a key reads out: headline and standfirst with signs in words. */
export function spokenSummary(value: Headline): string {
  return `${phraseText(value.sentence)} ${phraseText(value.standfirst)}`;
}
