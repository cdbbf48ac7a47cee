import type { ComponentChildren, JSX } from "preact";

import type { Island, IslandRegistry } from "./snapshot.ts";

/** JSX that is sent as server-rendered HTML; the payload carries its number. */
export class SlotRef {
  constructor(readonly id: number) {}
}

/** Children of an island, and whether the island has rendered them. */
export interface Slot {
  readonly children: ComponentChildren;
  isRendered: boolean;
}

/** One island on the page: which, and with what props. */
export type Boundary = readonly [islandIndex: number, props: Record<string, unknown>];

function newNonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What one page collects while it renders. */
export class RenderState {
  /** 128 random bits, hexadecimal. */
  readonly nonce: string = newNonce();
  /** Islands in order of appearance. */
  readonly islands: Island[] = [];
  readonly boundaries: Boundary[] = [];
  readonly slots: Slot[] = [];
  /** Elements that `Head` hoists, by their identity. */
  readonly head: Map<string, JSX.Element> = new Map();
  readonly seen: Set<string> = new Set();
  headDepth = 0;
  isBooted = false;

  constructor(
    readonly registry: IslandRegistry,
    readonly buildId: string,
    readonly basePath: string,
  ) {}

  /** Number of `island` on this page. */
  islandIndex(island: Island): number {
    const known = this.islands.indexOf(island);
    return known === -1 ? this.islands.push(island) - 1 : known;
  }
}

let current: RenderState | null = null;

/** The page that is rendering now, or null. Rendering is synchronous, so there is one at most. */
export function renderState(): RenderState | null {
  return current;
}

/** Runs `render` with `state` as the page that is rendering. */
export function withRenderState<T>(state: RenderState, render: () => T): T {
  const previous = current;
  current = state;
  try {
    return render();
  } finally {
    current = previous;
  }
}
