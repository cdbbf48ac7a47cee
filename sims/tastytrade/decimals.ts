const EPSILON_DIGITS = 10;

/** A decimal as the REST service writes it: "186.99", "-3.0"; always with a fraction. */
export function decimal(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  const text = minimal(value);
  return text.includes(".") ? text : `${text}.0`;
}

/** A decimal of whole cents: "104501.25", "12.0". */
export function money(value: number): string {
  return decimal(Math.round(value * 100) / 100);
}

/** The shortest decimal of a number without binary dust: 12.5, 500, 0.05. */
export function minimal(value: number): string {
  const rounded = Number(value.toFixed(EPSILON_DIGITS));
  const text = rounded === 0 ? "0" : rounded.toFixed(EPSILON_DIGITS);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** An amount as the service shows it: unsigned, with its effect beside it. Debit is money out. */
export function withEffect(name: string, value: number): Record<string, string> {
  const rounded = Math.round(value * 1e5) / 1e5;
  const effect = rounded > 0 ? "Credit" : rounded < 0 ? "Debit" : "None";
  return { [name]: decimal(Math.abs(rounded)), [`${name}-effect`]: effect };
}

/** ISO time with milliseconds and a numeric offset, as resources carry it. */
export function isoTime(unixMs: number): string {
  return new Date(unixMs).toISOString().replace("Z", "+00:00");
}

/** "2026-10-30 13:30:00+00": the time of a net-liq history row, a space and a short offset. */
export function historyTime(unixMs: number): string {
  return new Date(unixMs).toISOString().slice(0, 19).replace("T", " ") + "+00";
}
