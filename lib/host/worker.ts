/** A running worker, seen from the thread that started it. */
export interface WorkerHandle<In, Out> {
  post(message: Out, transfer: readonly ArrayBuffer[]): void;
  listen(listener: (message: In) => void, failed: (why: string) => void): void;
  terminate(): void;
}

/** Starts the module at `url` as a worker; what it throws reaches the `failed` listener. */
export function startWorker<In, Out>(url: URL): WorkerHandle<In, Out> {
  const worker = new Worker(url, { type: "module" });
  return {
    post: (message, transfer) => worker.postMessage(message, [...transfer]),
    listen: (listener, failed) => {
      worker.onmessage = (event: MessageEvent<In>) => listener(event.data);
      worker.onerror = (event) => {
        event.preventDefault();
        failed(event.message);
      };
    },
    terminate: () => worker.terminate(),
  };
}
