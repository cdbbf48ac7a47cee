import type { WorkerPort } from "../ports/worker_link.ts";

/** Starts the module at `url` as a worker; what it throws reaches the `failed` listener. */
export function startWorker<In, Out>(url: URL): WorkerPort<In, Out> {
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
