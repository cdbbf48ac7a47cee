import { fail, ok, type Result } from "../../base/result.ts";
import type { History } from "../../ports/history.ts";
import type { StoreProblem } from "../problem.ts";
import { HistoryClient, type HistoryOptions } from "./client.ts";

/**
 * Opens `history.db` in a folder, or creates it. Fails when the database is damaged, newer, of
 * another mode or not ours, and changes nothing then. Series of another source stay apart.
 */
export async function openHistory(
  options: HistoryOptions,
): Promise<Result<History, StoreProblem>> {
  const client = new HistoryClient(options);
  const problem = await client.start();
  return problem === null ? ok(client) : fail(problem);
}
