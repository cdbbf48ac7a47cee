import { TASK_COMMAND } from "../../base/task_command.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import { readStart } from "../../host/disk_file.ts";
import { describeCompanion } from "./companions.ts";
import { type StoreProblem, storeProblem } from "../problem.ts";
import { inspectFile, type Inspection } from "./inspect.ts";
import { type BackupFile, type Manifest, MANIFEST_FILE, parseManifest } from "./wire/manifest.ts";

const MANIFEST_BYTES_MAX = 64 * 1024;

function problem(folder: string, what: string): StoreProblem {
  return {
    ...storeProblem("damaged", `the backup ${folder} cannot be used: ${what}`),
    fix: "use another backup",
  };
}

/** The manifest of a backup, or why it has none that can be believed. */
export function readManifest(folder: string): Result<Manifest, StoreProblem> {
  const bytes = readStart(`${folder}/${MANIFEST_FILE}`, MANIFEST_BYTES_MAX);
  if (bytes === null) {
    return fail({
      code: "missing",
      message: `${folder} is no backup: it has no ${MANIFEST_FILE}`,
      fix: `name the folder that \`${TASK_COMMAND} backup\` made with --from`,
    });
  }
  const manifest = parseManifest(new TextDecoder().decode(bytes));
  return manifest.ok ? manifest : fail(problem(folder, `${MANIFEST_FILE}: ${manifest.error}`));
}

/** What differs between a file and its entry, or null. */
function difference(expected: BackupFile, { file }: Inspection): string | null {
  const { name } = expected;
  if (file.bytes !== expected.bytes) return `${name} has ${file.bytes} bytes`;
  if (file.sha256 !== expected.sha256) return `${name} does not match its checksum`;
  if (file.schema !== expected.schema) return `${name} has schema ${file.schema}`;
  const rows = JSON.stringify(file.rows);
  return rows === JSON.stringify(expected.rows) ? null : `${name} has rows ${rows}`;
}

/**
 * Reads all of a backup, or of a copy of it: every page, every record, and compares with the
 * manifest. Gives what was counted; fails with the first thing that is not as it should be.
 */
export function checkBackup(
  folder: string,
  manifest: Manifest,
): Result<readonly Inspection[], StoreProblem> {
  const inspections: Inspection[] = [];
  for (const expected of manifest.files) {
    const inspected = inspectFile(folder, expected.name);
    if (!inspected.ok) return fail(problem(folder, inspected.error.message));
    const found = difference(expected, inspected.value);
    if (found !== null) return fail(problem(folder, found));
    inspections.push(inspected.value);
  }
  for (const expected of manifest.companions) {
    const found = describeCompanion(folder, expected.name);
    if (!found.ok) return fail(problem(folder, found.error.message));
    if (found.value.sha256 !== expected.sha256) {
      return fail(problem(folder, `${expected.name} does not match its checksum`));
    }
  }
  const head = inspections.find((one) => one.head !== null)?.head ?? null;
  if (head === null) return fail(problem(folder, "it has no journal"));
  const { lastSeq, checksum } = manifest.journal;
  if (head.seq === lastSeq && head.checksum === checksum) return ok(inspections);
  return fail(problem(folder, `its journal ends at ${head.seq}, not at ${lastSeq}`));
}
