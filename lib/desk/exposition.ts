/** One measured family for `/metrics`. */
export interface MetricFamily {
  readonly name: string;
  readonly kind: "counter" | "gauge";
  readonly help: string;
  /** Samples with their labels; a NaN value is left out. */
  readonly samples: readonly MetricSample[];
}

/** One number of a family. */
export interface MetricSample {
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

function escapeLabel(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function labelText(labels: Readonly<Record<string, string>> | undefined): string {
  const entries = Object.entries(labels ?? {});
  if (entries.length === 0) return "";
  return `{${entries.map(([name, value]) => `${name}="${escapeLabel(value)}"`).join(",")}}`;
}

/**
 * Families as the Prometheus text exposition format 0.0.4.
 * Shape: one HELP, one TYPE and one line per sample and family; unknown values are left out, since
 * a gauge that is not there is unknown and a 0 would be a claim.
 */
export function expose(families: readonly MetricFamily[]): string {
  const lines: string[] = [];
  for (const family of families) {
    const known = family.samples.filter((sample) => !Number.isNaN(sample.value));
    if (known.length === 0) continue;
    lines.push(`# HELP ${family.name} ${family.help.replaceAll("\n", " ")}`);
    lines.push(`# TYPE ${family.name} ${family.kind}`);
    for (const sample of known) {
      lines.push(`${family.name}${labelText(sample.labels)} ${sample.value}`);
    }
  }
  return lines.join("\n") + "\n";
}
