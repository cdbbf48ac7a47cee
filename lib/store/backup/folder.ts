import { type DiskError, fileBytes } from "../../host/disk_file.ts";
import { type StoreProblem, storeProblem } from "../problem.ts";

/** Files of a data folder that a backup holds, the one that others refer to last. */
export const STORE_FILES = ["history.db", "journal.db"] as const;

/** Name of one of them. */
export type StoreFile = typeof STORE_FILES[number];

/** True for a file that is kept with the store because a desk goes on from it: a demo's market. */
export function isCompanion(name: string): boolean {
  return /^[\w.-]+\.market$/.test(name);
}

/** Path of a folder's history. */
export function historyPath(directory: string): string {
  return `${directory}/history.db`;
}

/** Path of the mark that a restore has begun and not ended. */
export function restoreMark(directory: string): string {
  return `${directory}/restore.unfinished`;
}

/** True when a restore into a folder was cut off: what is in it may be neither old nor new. */
export function isRestoreUnfinished(directory: string): boolean {
  return fileBytes(restoreMark(directory)) !== null;
}

/** A problem of the disk as one of the store. */
export function diskProblem(path: string, { code, message }: DiskError): StoreProblem {
  return storeProblem(code, `${path}: ${message}`);
}
