import type { Method } from "./handlers.ts";

/** The answer of the router to one request. */
export interface RouteMatch<T> {
  /** The pattern that matched, null when none did. */
  readonly pattern: string | null;
  readonly params: Record<string, string>;
  /** Null when no pattern matched, or the pattern has no such method. */
  readonly item: T | null;
  /** Methods of the pattern, in order of registration. */
  readonly allowed: readonly string[];
}

interface Entry<T> {
  readonly pathname: string;
  readonly pattern: URLPattern | null;
  readonly byMethod: Map<Method, T>;
}

const PATTERN_CHARS = /[*:{}+?()]/;

function otherSlashForm(pathname: string): string {
  return pathname.endsWith("/") ? pathname.slice(0, -1) : `${pathname}/`;
}

function isMethod<T>(byMethod: Map<Method, T>, method: string): method is Method {
  return [...byMethod.keys()].some((known) => known === method);
}

/** Finds routes: exact paths first, then patterns in the order of their registration. */
export class Router<T> {
  readonly #exact = new Map<string, Entry<T>>();
  readonly #patterns = new Map<string, Entry<T>>();

  /** Registers `item`; the first registration of a path and method wins. */
  add(methods: readonly Method[], pathname: string, item: T): void {
    const isPattern = PATTERN_CHARS.test(pathname);
    const table = isPattern ? this.#patterns : this.#exact;
    let entry = table.get(pathname);
    if (entry === undefined) {
      const pattern = isPattern ? new URLPattern({ pathname }) : null;
      entry = { pathname, pattern, byMethod: new Map() };
      table.set(pathname, entry);
    }
    for (const method of methods) {
      if (!entry.byMethod.has(method)) entry.byMethod.set(method, item);
    }
  }

  /** Finds the route of a request. Throws URIError when a parameter is not valid UTF-8. */
  match(method: string, url: URL): RouteMatch<T> {
    const exact = this.#exact.get(url.pathname) ??
      this.#exact.get(otherSlashForm(url.pathname));
    if (exact !== undefined) return matched(exact, method, {});
    for (const entry of this.#patterns.values()) {
      const groups = entry.pattern?.exec(url)?.pathname.groups;
      if (groups !== undefined) return matched(entry, method, groups);
    }
    return { pattern: null, params: Object.create(null), item: null, allowed: [] };
  }
}

function matched<T>(
  entry: Entry<T>,
  method: string,
  groups: Record<string, string | undefined>,
): RouteMatch<T> {
  const { byMethod, pathname } = entry;
  const found = isMethod(byMethod, method) ? byMethod.get(method) : undefined;
  const item = found ?? (method === "HEAD" ? byMethod.get("GET") : undefined) ?? null;
  const params: Record<string, string> = Object.create(null);
  if (item !== null) {
    for (const [name, value] of Object.entries(groups)) params[name] = decodeURI(value ?? "");
  }
  return { pattern: pathname, params, item, allowed: [...byMethod.keys()] };
}
