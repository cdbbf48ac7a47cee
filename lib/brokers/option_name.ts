import { parseDay } from "../calendar/date.ts";
import { type OptionIdentity, optionKey } from "../domain/instrument.ts";

const NAME = /^(\S+) (\d{4}-\d{2}-\d{2}) ([CP]) (\d+(?:\.\d+)?) x(\d+(?:\.\d+)?)$/;

/** The parts of an option's canonical key; null for any other text. The inverse of `optionKey`. */
export function parseOptionKey(key: string): OptionIdentity | null {
  const match = NAME.exec(key);
  if (match === null || !parseDay(match[2]).ok) return null;
  const identity: OptionIdentity = {
    root: match[1],
    expiry: match[2],
    right: match[3] === "C" ? "call" : "put",
    strike: Number(match[4]),
    multiplier: Number(match[5]),
  };
  return optionKey(identity) === key ? identity : null;
}
