import { createHash } from "node:crypto";
import { z } from "zod";
import { fail, ok, type Result } from "../../../base/result.ts";
import { canonicalText } from "../../journal/chain.ts";
import { isCompanion, STORE_FILES } from "../folder.ts";

/** Name of the manifest in a backup. */
export const MANIFEST_FILE = "manifest.json";

/** Companions in a backup at most. */
export const COMPANIONS_MAX = 64;

const COUNT = z.int().nonnegative();
const HEX = z.string().regex(/^[0-9a-f]{64}$/);

const MANIFEST = z.strictObject({
  format: z.literal(1),
  mode: z.enum(["demo", "replay", "live"]),
  /** Id of the store. */
  store: z.string(),
  source: z.string(),
  /** UTC, ISO 8601. */
  madeAt: z.iso.datetime(),
  journal: z.strictObject({ lastSeq: COUNT, checksum: HEX }),
  files: z.array(z.strictObject({
    name: z.enum(STORE_FILES),
    bytes: COUNT,
    sha256: HEX,
    schema: COUNT,
    /** Rows by table. */
    rows: z.record(z.string(), COUNT),
  })).min(1).max(STORE_FILES.length),
  /** Files that the desk goes on from, as they are. */
  companions: z.array(z.strictObject({
    name: z.string().refine(isCompanion),
    bytes: COUNT,
    sha256: HEX,
  })).max(COMPANIONS_MAX),
});

/** What a backup holds, as it was counted when it was made. */
export type Manifest = z.infer<typeof MANIFEST>;

/** A companion in a backup. */
export type CompanionFile = Manifest["companions"][number];

/** One file of a backup. */
export type BackupFile = Manifest["files"][number];

function checkOf(manifest: Manifest): string {
  return createHash("sha256").update(canonicalText(manifest)).digest("hex");
}

/** Text of a manifest: JSON with a checksum over the rest. */
export function encodeManifest(manifest: Manifest): string {
  const check = checkOf(manifest);
  return `${JSON.stringify({ manifest, check }, null, 2)}\n`;
}

/** Reads a manifest; fails with what is wrong with it. */
export function parseManifest(text: string): Result<Manifest, string> {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return fail("it is no JSON");
    throw error;
  }
  const parsed = z.strictObject({ manifest: z.unknown(), check: HEX }).safeParse(raw);
  if (!parsed.success) return fail("it is no manifest");
  const manifest = MANIFEST.safeParse(parsed.data.manifest);
  if (!manifest.success) return fail(z.prettifyError(manifest.error).replaceAll("\n", " "));
  const check = checkOf(manifest.data);
  return check === parsed.data.check ? ok(manifest.data) : fail("its checksum does not match");
}
