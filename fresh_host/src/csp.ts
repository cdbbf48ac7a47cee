import type { Middleware } from "./handlers.ts";

/** Options of {@link csp}. */
export interface CSPOptions {
  /** Report breaches without blocking; default: false. */
  reportOnly?: boolean;
  /** Where breaches are reported to: a path or URL. */
  reportTo?: string;
  /** Directives; each replaces the default of the same name. */
  csp?: string[];
  /**
   * Put the page's nonce in the place of 'unsafe-inline'. Every script and style element that is
   * rendered carries the nonce. Default: false.
   */
  useNonce?: boolean;
}

const DEFAULTS: readonly (readonly [name: string, sources: string])[] = [
  ["default-src", "'self'"],
  ["script-src", "'self' 'unsafe-inline'"],
  ["style-src", "'self' 'unsafe-inline'"],
  ["font-src", "'self'"],
  ["img-src", "'self' data:"],
  ["media-src", "'self' data: blob:"],
  ["worker-src", "'self' blob:"],
  ["connect-src", "'self'"],
  ["object-src", "'none'"],
  ["base-uri", "'self'"],
  ["form-action", "'self'"],
  ["frame-ancestors", "'none'"],
  ["upgrade-insecure-requests", ""],
];

const UNSAFE_INLINE = "'unsafe-inline'";

/** Directives in which a nonce takes the place of 'unsafe-inline'. */
const NONCE_DIRECTIVES = new Set([
  "default-src",
  "script-src",
  "script-src-elem",
  "style-src",
  "style-src-attr",
  "style-src-elem",
]);

const nonceOf = new WeakMap<Response, string>();

/** Remembers the nonce that the scripts of a rendered page carry. */
export function setNonce(response: Response, nonce: string): void {
  nonceOf.set(response, nonce);
}

function parseDirective(text: string): [name: string, sources: string] {
  const trimmed = text.trim();
  const space = trimmed.search(/\s/);
  return space === -1 ? [trimmed, ""] : [trimmed.slice(0, space), trimmed.slice(space).trim()];
}

function withNonce(name: string, sources: string, nonce: string | undefined): string {
  if (!NONCE_DIRECTIVES.has(name) || !sources.includes(UNSAFE_INLINE)) return sources;
  if (nonce !== undefined) return sources.replaceAll(UNSAFE_INLINE, `'nonce-${nonce}'`);
  // Not a rendered page: nothing inline is ours, so nothing inline may run.
  return sources.replaceAll(UNSAFE_INLINE, "").replaceAll(/\s+/g, " ").trim() || "'none'";
}

/** A middleware that sets the Content-Security-Policy of every answer that passes it. */
export function csp<State>(options: CSPOptions = {}): Middleware<State> {
  const { reportOnly = false, reportTo, useNonce = false } = options;
  const given = (options.csp ?? []).map(parseDirective);
  const names = new Set(given.map(([name]) => name));
  const directives = [...DEFAULTS.filter(([name]) => !names.has(name)), ...given];
  if (reportTo !== undefined) {
    directives.push(["report-to", "csp-endpoint"], ["report-uri", reportTo]);
  }
  const header = `Content-Security-Policy${reportOnly ? "-Report-Only" : ""}`;
  return async (ctx) => {
    const response = await ctx.next();
    const nonce = nonceOf.get(response);
    const policy = directives.map(([name, sources]) =>
      `${name} ${useNonce ? withNonce(name, sources, nonce) : sources}`.trim()
    );
    response.headers.set(header, policy.join("; "));
    if (reportTo !== undefined) {
      response.headers.set("Reporting-Endpoints", `csp-endpoint="${reportTo}"`);
    }
    return response;
  };
}
