import { anchorPath, hasAnchor } from "./anchor.ts";
import { fileBytes, occupy, removeFile } from "../../host/disk_file.ts";

const ROOM_FACTOR = 4;

/** Path of a folder's ballast. */
export function ballastPath(directory: string): string {
  return `${directory}/journal.ballast`;
}

/**
 * True while the last space of the disk is the journal's alone: there is a journal in the folder,
 * and its ballast is given up. What can wait (history, logs) does not write then.
 */
export function isSpaceKept(directory: string): boolean {
  return fileBytes(ballastPath(directory)) === null && hasAnchor(anchorPath(directory));
}

/**
 * Blocks that lie beside the journal for the day the disk is full. They are given up then, so that
 * the journal goes on after everything else has stopped, and made anew when there is room for
 * several times as much.
 */
export class Ballast {
  readonly #path: string;
  readonly #bytes: number;

  constructor(directory: string, bytes: number) {
    this.#path = ballastPath(directory);
    this.#bytes = bytes;
  }

  /** True when it lies there. */
  isThere(): boolean {
    return fileBytes(this.#path) === this.#bytes;
  }

  /** Gives the space to the journal; false when there is none to give. */
  giveUp(): boolean {
    return this.#bytes > 0 && removeFile(this.#path);
  }

  /** Makes it unless it is there or the disk has too little room for it. */
  make(): boolean {
    if (this.isThere()) return true;
    return occupy(this.#path, this.#bytes, ROOM_FACTOR * this.#bytes).ok;
  }
}
