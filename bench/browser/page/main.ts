/** The page of one candidate: `?row=15&candidate=echarts`. */
import type { MakeCandidate, PageBench, PageCandidate } from "../contract.ts";
import { LINE_CANDIDATES } from "./line.ts";
import { RING_CANDIDATES } from "./ring.ts";
import { TABLE_CANDIDATES } from "./table.ts";

const ROWS: Readonly<Record<string, Readonly<Record<string, MakeCandidate>>>> = {
  "15": RING_CANDIDATES,
  "16": LINE_CANDIDATES,
  "17": TABLE_CANDIDATES,
};

function candidate(): PageCandidate {
  const asked = new URLSearchParams(location.search);
  const make = ROWS[asked.get("row") ?? ""]?.[asked.get("candidate") ?? ""];
  const stage = document.getElementById("stage");
  if (make === undefined || stage === null) throw new Error(`no such page: ${location.search}`);
  return make(stage);
}

/** Makes the updates of a turn, one per animation frame, counting on from turn to turn. */
function driver(of: PageCandidate): PageBench {
  let next = 0;
  return {
    shown: () => of.shown(),
    run: (updates, limitMs) =>
      new Promise((resolve, reject) => {
        const from = next;
        const endMs = performance.now() + limitMs;
        const frame = () => {
          try {
            if (next - from === updates || performance.now() > endMs) return resolve(next - from);
            of.step(next++);
            requestAnimationFrame(frame);
          } catch (error) {
            reject(error);
          }
        };
        requestAnimationFrame(frame);
      }),
  };
}

const bench = driver(candidate());
Reflect.set(globalThis, "bench", bench);
