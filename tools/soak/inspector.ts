/** What the main isolate holds after a forced collection, bytes. */
export interface LiveMemory {
  readonly heapBytes: number;
  /** Memory of typed arrays, which stands outside the heap. */
  readonly bufferBytes: number;
}

interface HeapUsage {
  readonly usedSize: number;
  readonly backingStorageSize?: number;
}

interface Reply {
  readonly id?: number;
  readonly result?: HeapUsage;
  readonly error?: { readonly message: string };
}

/**
 * Reads a reply to `Runtime.getHeapUsage`; NaN where the runtime tells no buffers. Source: Chrome
 * DevTools Protocol, Runtime domain.
 */
export function liveMemoryOf({ usedSize, backingStorageSize }: HeapUsage): LiveMemory {
  return { heapBytes: usedSize, bufferBytes: backingStorageSize ?? NaN };
}

/**
 * Forces a collection in the isolate behind an inspector and asks what is left. Connects and leaves
 * again, so that nothing is watched in between. Throws when the inspector does not answer.
 */
export async function collectedMemory(url: string): Promise<LiveMemory> {
  const socket = new WebSocket(url);
  const ended = Promise.withResolvers<never>();
  socket.addEventListener("close", () => ended.reject(new Error("the inspector left")));
  socket.addEventListener("error", () => ended.reject(new Error("the inspector failed")));
  // Nobody may be waiting when it closes in the end.
  ended.promise.catch(() => {});
  const opened = Promise.withResolvers<void>();
  socket.addEventListener("open", () => opened.resolve());
  const replies = new Map<number, (reply: Reply) => void>();
  socket.addEventListener("message", ({ data }) => {
    const reply: Reply = JSON.parse(String(data));
    if (reply.id !== undefined) replies.get(reply.id)?.(reply);
  });
  const ask = async (id: number, method: string): Promise<Reply> => {
    const replied = Promise.withResolvers<Reply>();
    replies.set(id, replied.resolve);
    socket.send(JSON.stringify({ id, method }));
    const reply = await Promise.race([replied.promise, ended.promise]);
    if (reply.error !== undefined) throw new Error(`${method}: ${reply.error.message}`);
    return reply;
  };
  try {
    await Promise.race([opened.promise, ended.promise]);
    // Twice: what finalizers let go of in the first is collected in the second.
    await ask(1, "HeapProfiler.collectGarbage");
    await ask(2, "HeapProfiler.collectGarbage");
    const { result } = await ask(3, "Runtime.getHeapUsage");
    if (result === undefined) throw new Error("Runtime.getHeapUsage: empty reply");
    return liveMemoryOf(result);
  } finally {
    socket.close();
  }
}
