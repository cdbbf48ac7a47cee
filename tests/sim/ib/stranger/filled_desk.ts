import assert from "node:assert/strict";
import { EXPECTED, UNVALUED } from "./listing.ts";
import { StrangerDesk } from "./stranger_desk.ts";

const ROWS = EXPECTED.length + UNVALUED.length;

/** Waits of many seconds: they pass quicker so. */
export const QUICK = { pace: 15 };

/** A desk whose book is filled; ended whatever the work does. */
export async function withDesk(
  options: { readonly pace?: number },
  work: (desk: StrangerDesk) => Promise<void>,
): Promise<void> {
  const desk = new StrangerDesk({ version: 178 }, options);
  try {
    await desk.start();
    await whole(desk);
    await work(desk);
    assert.deepEqual(desk.stranger.problems, []);
  } finally {
    await desk.stop();
  }
}

/** Every row that can be valued is, and every line that is wanted spoke. */
export async function whole(desk: StrangerDesk): Promise<void> {
  await desk.until("whole", () => {
    const rows = desk.rows();
    const open = rows.filter(({ mark }) => Number.isNaN(mark));
    return desk.isLive() && rows.length === ROWS && open.length === UNVALUED.length;
  });
}

/** What is held, a line for each row. */
export function quantities(desk: StrangerDesk): string[] {
  return desk.rows().map(({ account, key, signedQuantity }) =>
    `${account} ${key} ${signedQuantity}`
  )
    .sort();
}
