/**
 * What serves the pages: Fresh as this repository hosts it, or Fresh as it is published, which is
 * fetched and builds in another way.
 */
export type Framework = "hosted" | "published";

/** The line of `deno.json` that names the published package. */
const PUBLISHED = /"fresh"\s*:\s*"jsr:@fresh\/core@/;

/**
 * The framework that a `deno.json` names. `config`: its text. Anything but the published package
 * is taken for the hosted one, which needs fewer permissions.
 */
export function frameworkOf(config: string): Framework {
  return PUBLISHED.test(config) ? "published" : "hosted";
}
