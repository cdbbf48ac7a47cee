import { fail, ok, type Result } from "../base/result.ts";
import { historyPath } from "./backup/folder.ts";
import { stampsOf } from "./open_database.ts";
import { openingProblemOf, type StoreProblem, storeProblem } from "./problem.ts";
import { Connection } from "./sqlite/connection.ts";

/** Whose money a record is about. */
export type MoneyKind = "real" | "paper";

const WORDS: Readonly<Record<MoneyKind, string>> = { real: "real money", paper: "paper money" };

/**
 * Claims the record of a folder for one kind of a broker's money: the first claim is noted in the
 * history, and another kind fails ever after. For brokers that tell the kind only once they are
 * connected, when the folder is open. Fails as well where the file cannot be read or written.
 */
export function claimMoney(
  directory: string,
  broker: { readonly id: string; readonly name: string },
  kind: MoneyKind,
): Result<null, StoreProblem> {
  const path = historyPath(directory);
  const opened = Connection.open({ path });
  if (!opened.ok) return opened;
  const name = `money of ${broker.id}`;
  try {
    opened.value.raw.prepare("INSERT OR IGNORE INTO stamp (name, value) VALUES (?, ?)")
      .run(name, kind);
    const held = stampsOf(opened.value).get(name) === "paper" ? "paper" : "real";
    if (held === kind) return ok(null);
    return fail(storeProblem(
      "otherMoney",
      `${directory} holds ${WORDS[held]} of ${broker.name}; this login has ${WORDS[kind]}`,
    ));
  } catch (error) {
    const problem = openingProblemOf(error, path);
    if (problem === null) throw error;
    return fail(problem);
  } finally {
    opened.value.close();
  }
}
