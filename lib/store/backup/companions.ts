import { fail, ok, type Result } from "../../base/result.ts";
import { fileBytes } from "../../host/disk_file.ts";
import { copyFileDurably, hashFile, namesIn } from "../../host/stored_files.ts";
import { type StoreProblem, storeProblem } from "../problem.ts";
import { diskProblem, isCompanion } from "./folder.ts";
import { type CompanionFile, COMPANIONS_MAX } from "./wire/manifest.ts";

/** Copies the files that a desk goes on from; each is replaced whole, so each copy is whole. */
export function copyCompanions(
  directory: string,
  to: string,
): Result<readonly CompanionFile[], StoreProblem> {
  const names = (namesIn(directory) ?? []).filter(isCompanion).slice(0, COMPANIONS_MAX);
  const copied: CompanionFile[] = [];
  for (const name of names) {
    const done = copyFileDurably(`${directory}/${name}`, `${to}/${name}`);
    if (!done.ok) return fail(diskProblem(`${to}/${name}`, done.error));
    const described = describeCompanion(to, name);
    if (!described.ok) return described;
    copied.push(described.value);
  }
  return ok(copied);
}

/** Size and checksum of a companion in a folder. */
export function describeCompanion(
  folder: string,
  name: string,
): Result<CompanionFile, StoreProblem> {
  const path = `${folder}/${name}`;
  const bytes = fileBytes(path);
  if (bytes === null) return fail(storeProblem("missing", `${path} is not there`));
  const sha256 = hashFile(path);
  if (!sha256.ok) return fail(diskProblem(path, sha256.error));
  return ok({ name, bytes, sha256: sha256.value });
}
