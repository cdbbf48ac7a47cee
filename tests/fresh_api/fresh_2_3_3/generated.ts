/** Stands for `fresh/internal` in the generated `_fresh/` alone, whose insides are the host's. */
export declare const attachSnapshot: unknown;
export declare const islandRegistry: unknown;
