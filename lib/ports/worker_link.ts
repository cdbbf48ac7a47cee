/** What is used of a worker; `startWorker` of lib/host gives one. */
export interface WorkerPort<In, Out> {
  post(message: Out, transfer: readonly ArrayBuffer[]): void;
  listen(listener: (message: In) => void, failed: (why: string) => void): void;
  terminate(): void;
}

/** Messages to and from work that is done elsewhere. */
export interface WorkerLink<In, Out> {
  /** `transfer`: buffers of the message that change hands. */
  send(message: Out, transfer?: readonly ArrayBuffer[]): void;
  /** Called once, before or after the first message. */
  receive(listener: (message: In) => void): void;
  close(): void;
}

/** A link to a worker; what breaks the worker arrives as the message that `failed` makes of it. */
export function linkToWorker<In, Out>(
  worker: WorkerPort<In, Out>,
  failed: (why: string) => In,
): WorkerLink<In, Out> {
  let isClosed = false;
  return {
    send: (message, transfer = []) => {
      if (!isClosed) worker.post(message, transfer);
    },
    receive: (listener) =>
      worker.listen(listener, (why) => {
        if (!isClosed) listener(failed(why));
      }),
    close: () => {
      isClosed = true;
      worker.terminate();
    },
  };
}

/**
 * A link to the same work in this thread, for tests: what can be answered at once arrives before
 * `send` returns. `serve` gets what to answer with and gives what takes messages.
 */
export function linkInThread<In, Out>(
  serve: (answer: (message: In) => void) => (message: Out) => void,
  goodbye: Out,
): WorkerLink<In, Out> {
  const early: In[] = [];
  let listener: ((message: In) => void) | null = null;
  const handle = serve((message) =>
    void (listener === null ? early.push(message) : listener(message))
  );
  return {
    send: (message) => handle(message),
    receive: (next) => {
      listener = next;
      for (const message of early.splice(0)) next(message);
    },
    close: () => handle(goodbye),
  };
}
