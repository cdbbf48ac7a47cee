/**
 * Flags of V8 for the server process and its workers. By itself V8 lets the garbage of a small heap
 * pile up to a quarter of a gibibyte before it collects its old generation for the first time, then
 * to a multiple of what it found, and lets the young one of each thread grow to 16 MiB a half: in
 * a desk that runs for days all three look like a leak for hours. Collected from 4 MiB on and
 * again when a fifth was added, with halves of 2 MiB, a desk is level after minutes: a thread that
 * allocates little takes an hour to add half of its 8 MiB, and there are three of them.
 */
export const SERVER_V8_FLAGS: readonly string[] = [
  "--initial-old-space-size=4",
  "--max-semi-space-size=2",
  "--heap-growing-percent=20",
];

/**
 * Variables of glibc's allocator for the server process; others ignore them. By itself it keeps a
 * pool of memory for each thread and gives back less of each the larger the blocks were that once
 * passed through: what a moment needed stays taken for days.
 */
export const SERVER_MEMORY_VARIABLES: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: "2",
  MALLOC_MMAP_THRESHOLD_: "131072",
  MALLOC_TRIM_THRESHOLD_: "131072",
};
