/** Reads `/metrics` of a desk: values by name, without their labels (of several, the sum). */
export async function metricsOf(url: string): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`${url}metrics`);
  return readExposition(await response.text());
}

/** Parses a Prometheus text exposition into sums by name. */
export function readExposition(text: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const line of text.split("\n")) {
    const match = /^(\w+)(?:\{[^}]*\})? (\S+)$/.exec(line);
    if (match !== null) found.set(match[1], (found.get(match[1]) ?? 0) + Number(match[2]));
  }
  return found;
}
