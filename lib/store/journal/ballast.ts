import { fileBytes, occupy, removeFile } from "../../host/disk_file.ts";

const ROOM_FACTOR = 4;

/** Path of a folder's ballast. */
export function ballastPath(directory: string): string {
  return `${directory}/journal.ballast`;
}

/**
 * True while the last space of the disk is the journal's to take: its ballast lies there. What can
 * wait (history, logs) writes only then.
 */
export function isSpaceLeft(directory: string): boolean {
  return fileBytes(ballastPath(directory)) !== null;
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
    return this.#bytes === 0 || fileBytes(this.#path) === this.#bytes;
  }

  /** Gives the space to the journal; false when there is none to give. */
  giveUp(): boolean {
    return removeFile(this.#path);
  }

  /** Makes it unless it is there or the disk has too little room for it. */
  make(): boolean {
    if (this.isThere()) return true;
    return occupy(this.#path, this.#bytes, ROOM_FACTOR * this.#bytes).ok;
  }
}
