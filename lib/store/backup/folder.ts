import { fileBytes } from "../../host/disk_file.ts";

/** Files of a data folder that a backup holds, the one that others refer to last. */
export const STORE_FILES = ["history.db", "journal.db"] as const;

/** Name of one of them. */
export type StoreFile = typeof STORE_FILES[number];

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
