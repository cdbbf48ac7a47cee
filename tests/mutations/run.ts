/**
 * Tries mutations: `deno run -A tests/mutations/run.ts [--all | ID…]`, without arguments those of
 * CI. Prints one line each and exits with 1 when any is not caught.
 */
import { readMutations } from "./page.ts";
import { Scratch, type Trial } from "./scratch.ts";

function lineOf({ mutation, verdict, tookMs }: Trial): string {
  const { id, title } = mutation;
  return `${verdict.padEnd(9)}${id} ${title} (${(tookMs / 1000).toFixed(1)} s)`;
}

const all = readMutations();
const unknown = Deno.args.filter((arg) => arg !== "--all" && !all.some(({ id }) => id === arg));
if (unknown.length > 0) {
  console.error(`no such mutation: ${unknown.join(", ")}`);
  Deno.exit(2);
}
const chosen = Deno.args.includes("--all")
  ? all
  : all.filter(({ id, isInCi }) => Deno.args.length === 0 ? isInCi : Deno.args.includes(id));
const scratch = await Scratch.make();
const escaped: Trial[] = [];
try {
  for (const mutation of chosen) {
    const trial = await scratch.try(mutation);
    console.log(lineOf(trial));
    if (trial.verdict === "caught") continue;
    escaped.push(trial);
    if (trial.verdict !== "survived") console.log(trial.why.trim().replaceAll(/^/gm, "  | "));
  }
} finally {
  await scratch.remove();
}
console.log(`${chosen.length - escaped.length} of ${chosen.length} mutations caught`);
Deno.exit(escaped.length === 0 ? 0 : 1);
