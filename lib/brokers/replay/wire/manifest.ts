import { z } from "zod";
import { ok, type Result } from "../../../base/result.ts";
import { type ReplayError, replayFailure } from "./failure.ts";
import {
  currencySchema,
  dateSchema,
  finiteSchema,
  readJson,
  symbolSchema,
  textSchema,
} from "./json.ts";
import { RECORDING_ZONES } from "./time.ts";

const spotSchema = z.discriminatedUnion("rule", [
  z.strictObject({ rule: z.literal("bars") }),
  z.strictObject({
    rule: z.literal("parity"),
    root: symbolSchema,
    expiry: dateSchema,
    strike: finiteSchema.positive(),
  }),
]);

const underlyingSchema = z.strictObject({
  symbol: symbolSchema,
  kind: z.enum(["equity", "index"]),
  currency: currencySchema,
  exchange: textSchema,
  tickSize: finiteSchema.positive(),
  riskFreeRate: finiteSchema.min(-0.5).max(1),
  dividendYield: finiteSchema.min(-0.5).max(1),
  carrySource: textSchema,
  spot: spotSchema,
});

const optionClassSchema = z.strictObject({
  root: symbolSchema,
  underlying: symbolSchema,
  multiplier: finiteSchema.positive(),
  deliverable: finiteSchema.positive(),
  currency: currencySchema,
  exchange: textSchema,
  tickSize: finiteSchema.positive(),
  settlement: z.enum(["AM", "PM"]),
  sessionClass: z.enum(["equity", "lateOption"]),
});

const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, {
  message: "is not a plain file name",
});

const manifestSchema = z.strictObject({
  format: z.literal("deltadesk-replay"),
  version: z.literal(1),
  name: textSchema,
  dates: z.array(dateSchema).min(1).max(400),
  timeZone: z.enum(RECORDING_ZONES),
  baseCurrency: currencySchema,
  cadenceSeconds: z.int().min(1).max(3600),
  model: z.literal("european"),
  referenceSymbol: symbolSchema,
  playFrom: z.string().optional(),
  playTo: z.string().optional(),
  underlyings: z.array(underlyingSchema).min(1).max(200),
  optionClasses: z.array(optionClassSchema).max(400),
  quoteFiles: z.array(fileName).max(20),
  barFiles: z.array(fileName).max(20),
  bookFile: fileName,
});

/** A recording's manifest; fields and units in docs/replay.md. */
export type Manifest = z.infer<typeof manifestSchema>;

/** An underlying of a manifest. */
export type ManifestUnderlying = Manifest["underlyings"][number];

/** A class of options of a manifest. */
export type ManifestOptionClass = Manifest["optionClasses"][number];

/** Name of the manifest inside a folder. */
export const MANIFEST_FILE = "manifest.json";

function firstTwice(names: readonly string[]): string | null {
  return names.find((name, at) => names.indexOf(name) !== at) ?? null;
}

function inconsistency(manifest: Manifest): string | null {
  const symbols = manifest.underlyings.map((underlying) => underlying.symbol);
  const roots = manifest.optionClasses.map((option) => option.root);
  const twice = firstTwice(symbols) ?? firstTwice(roots);
  if (twice !== null) return `${twice} is declared twice`;
  if (!symbols.includes(manifest.referenceSymbol)) {
    return `referenceSymbol ${manifest.referenceSymbol} is not among the underlyings`;
  }
  const orphan = manifest.optionClasses.find((option) => !symbols.includes(option.underlying));
  if (orphan !== undefined) {
    return `underlying ${orphan.underlying} of root ${orphan.root} is not among the underlyings`;
  }
  for (const { symbol, spot } of manifest.underlyings) {
    if (spot.rule === "parity" && !isClassOf(manifest, spot.root, symbol)) {
      return `the parity pair of ${symbol} names root ${spot.root}, which is no option class of it`;
    }
  }
  if (manifest.quoteFiles.length + manifest.barFiles.length === 0) {
    return "names neither quoteFiles nor barFiles";
  }
  return null;
}

function isClassOf(manifest: Manifest, root: string, symbol: string): boolean {
  return manifest.optionClasses.some((c) => c.root === root && c.underlying === symbol);
}

/** Reads manifest.json. Fails with `empty` or `malformed`, naming the field. */
export function readManifest(text: string): Result<Manifest, ReplayError> {
  const manifest = readJson(text, MANIFEST_FILE, manifestSchema);
  if (!manifest.ok) return manifest;
  const problem = inconsistency(manifest.value);
  if (problem === null) return ok(manifest.value);
  return replayFailure("malformed", MANIFEST_FILE, null, `${problem}; see docs/replay.md`);
}
