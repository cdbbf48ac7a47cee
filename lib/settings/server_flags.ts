/**
 * Flags of V8 for the server process and its workers. The old generation is collected from 8 MiB
 * on: by itself V8 lets the garbage of a small heap pile up to a quarter of a gibibyte before it
 * looks at it for the first time, which in a desk that runs for days looks like a leak. The bound
 * moves up by itself with what is really held. The young generation of each thread stays within
 * 2 MiB a half: growing to the usual 16 takes hours where little is allocated, and is given back
 * never.
 */
export const SERVER_V8_FLAGS: readonly string[] = [
  "--initial-old-space-size=8",
  "--max-semi-space-size=2",
];
