import { formatLevel, formatSigned } from "../../format/number.ts";
import { plural } from "../../format/words.ts";
import type { ComparedAccount } from "./account.ts";
import { ACCOUNT_FIGURES, type AccountFigure, FIGURE_NAMES } from "./answer.ts";
import type { Compared } from "./compared.ts";
import type { ComparedPosition } from "./position.ts";

/** What of an account is said first: its gravest difference. */
export interface Finding {
  /** "Net liq of IRA differs by 312 USD". */
  readonly title: string;
  /** The probable cause. */
  readonly text: string;
}

/** Money without its sign: whole units, cents below ten. */
export function moneySize(value: number): string {
  return formatLevel(Math.abs(value), Math.abs(value) < 10 ? 2 : 0);
}

/** The part of a position that differs, the gravest first; null when none does. */
export function differingPart(
  position: ComparedPosition,
): { readonly name: "quantity" | "multiplier" | "mark" | "delta"; readonly of: Compared } | null {
  const parts = [
    ["quantity", position.quantity],
    ["multiplier", position.multiplier],
    ["mark", position.mark],
    ["delta", position.greeks?.delta ?? null],
  ] as const;
  for (const [name, of] of parts) {
    if (of !== null && of.state === "differs") return { name, of };
  }
  return null;
}

function positionFinding(differing: readonly ComparedPosition[], nickname: string): Finding {
  const first = differing[0];
  const part = differingPart(first);
  const name = part?.name ?? "mark";
  const title = differing.length === 1
    ? `The ${name} of ${first.label} in ${nickname} differs`
    : `${plural(differing.length, "position")} of ${nickname} differ`;
  const cause = part?.of.cause?.text ?? "no known cause";
  const text = differing.length === 1 ? cause : `${first.label}: ${cause}`;
  return { title, text };
}

/**
 * The gravest of an account's differences in words: net liq, day P&L, positions' value, cash, then
 * positions. Null when nothing differs. `counts` is considered: more may differ than is listed.
 */
export function gravestFinding(
  compared: ComparedAccount,
  nickname: string,
  currency: string,
): Finding | null {
  const figure = ACCOUNT_FIGURES.find((name: AccountFigure) => compared[name].state === "differs");
  if (figure !== undefined) {
    const { difference, cause } = compared[figure];
    const size = `${moneySize(difference ?? NaN)} ${currency}`;
    return {
      title: `${FIGURE_NAMES[figure]} of ${nickname} differs by ${size}`,
      text: cause?.text ?? "no known cause",
    };
  }
  const differing = compared.positions.filter(({ state }) => state === "differs");
  return differing.length === 0 ? null : positionFinding(differing, nickname);
}

/** A signed difference of money for a sentence. */
export function signedMoney(value: number): string {
  return formatSigned(value, Math.abs(value) < 10 ? 2 : 0);
}
