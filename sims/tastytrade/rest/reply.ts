import { writeJson } from "../json.ts";

/** A request as the service sees it; header names in lower case. */
export interface SimRequest {
  readonly method: string;
  /** Path as sent, still percent-encoded, without the query. */
  readonly path: string;
  /** Query as sent, without the question mark. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An answer of the service. */
export interface SimReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Pages of a list. */
export interface Page {
  readonly perPage: number;
  readonly pageOffset: number;
}

const JSON_HEADERS = { "content-type": "application/json; charset=utf-8" };

/** A JSON answer as it is. */
export function json(status: number, body: unknown): SimReply {
  return { status, headers: JSON_HEADERS, body: writeJson(body) };
}

/** One resource in its envelope. */
export function item(context: string, data: unknown, status = 200): SimReply {
  return json(status, { data, context });
}

/** A list in its envelope. */
export function list(context: string, items: readonly unknown[]): SimReply {
  return json(200, { data: { items }, context });
}

/** One page of a list; `page-offset` counts pages. */
export function paged(context: string, items: readonly unknown[], page: Page): SimReply {
  const { perPage, pageOffset } = page;
  const shown = items.slice(pageOffset * perPage, (pageOffset + 1) * perPage);
  return json(200, {
    data: { items: shown },
    "api-version": "v1",
    context,
    pagination: {
      "per-page": perPage,
      "page-offset": pageOffset,
      "item-offset": pageOffset * perPage,
      "total-items": items.length,
      "total-pages": Math.ceil(items.length / perPage),
      "current-item-count": shown.length,
      "previous-link": null,
      "next-link": null,
      "paging-link-template": null,
    },
  });
}

/** An error in its envelope; one code is a number on the wire. */
export function refusal(status: number, code: string | number, message: string): SimReply {
  return json(status, { error: { code, message } });
}

/** A page where JSON is expected: what a proxy or a hotel's network answers. */
export function html(status: number, title: string): SimReply {
  const body = `<!DOCTYPE html>\n<html><head><title>${title}</title></head>` +
    `<body><center><h1>${title}</h1></center><hr><center>nginx</center></body></html>\n`;
  return { status, headers: { "content-type": "text/html" }, body };
}

/** No resource of that name. */
export function notFound(what: string): SimReply {
  return refusal(404, "record_not_found", `Couldn't find ${what}`);
}
