/**
 * Runs in the server process before the desk, of which it knows nothing: collects everything on
 * SIGUSR2 and prints what is left. An inspector would do without it, but the runtime then hands
 * every WebSocket frame to it, which costs more than the desk itself.
 */

declare const gc: () => void;

Deno.addSignalListener("SIGUSR2", () => {
  // Twice: what finalizers let go of in the first is collected in the second.
  gc();
  gc();
  const { heapUsed, external } = Deno.memoryUsage();
  console.error(`collected ${JSON.stringify({ heapBytes: heapUsed, externalBytes: external })}`);
});
