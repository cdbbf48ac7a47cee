import { fail, ok, type Result } from "../../../base/result.ts";
import { type RestFailure, restFailure } from "./failure.ts";
import { type Query, queryText } from "./query.ts";
import { type CallOptions, type Envelope, labelOf, type RestTransport } from "./transport.ts";

/** Most pages of one list that are read. */
const PAGES_MAX = 400;

type Json = Readonly<Record<string, unknown>>;

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function itemsOf(envelope: Envelope): readonly unknown[] | null {
  const data = envelope?.data;
  return isJson(data) && Array.isArray(data.items) ? data.items : null;
}

/** Number of pages of a list; 1 when it does not say, or comes without its block. */
function pageCount(envelope: Envelope): number {
  const pagination = envelope?.pagination;
  const count = isJson(pagination) ? Number(pagination["total-pages"] ?? 1) : 1;
  return Number.isInteger(count) && count > 1 ? count : 1;
}

/**
 * The answer of a GET with the items of all its pages; every page is a call with its own retries.
 * Items may come twice when the list grows meanwhile: who reads them goes by their ids. A list that
 * ends early is taken as it is. Fails with "malformed" when there is no `data`, and "refused" above
 * 400 pages, never with a part. Source: tastytrade.md §2.
 */
export async function getPages(
  transport: RestTransport,
  path: string,
  query: Query,
  options: CallOptions,
): Promise<Result<Json, RestFailure>> {
  const get = (page: Query) =>
    transport.send({ method: "GET", path, query: queryText(page), body: null }, options);
  const first = await get(query);
  if (!first.ok) return first;
  const label = labelOf({ method: "GET", path });
  if (first.value === null || !("data" in first.value)) {
    return fail(restFailure("malformed", `${label}: the answer has no data`));
  }
  const envelope = first.value;
  const count = pageCount(envelope);
  const items = itemsOf(envelope);
  if (items === null || count === 1) return ok(envelope);
  if (count > PAGES_MAX) {
    return fail(restFailure("refused", `${label}: ${count} pages, at most ${PAGES_MAX} are read`));
  }
  const all = [...items];
  for (let page = 1; page < count; page++) {
    const next = await get({ ...query, "page-offset": page });
    if (!next.ok) return next;
    const more = itemsOf(next.value);
    if (more === null) {
      return fail(restFailure("malformed", `${label}: page ${page} is no list`));
    }
    if (more.length === 0) break;
    for (const item of more) all.push(item);
  }
  return ok({ ...envelope, data: { items: all } });
}
