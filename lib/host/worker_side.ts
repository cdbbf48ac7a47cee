/** This side of a worker's connection. */
export interface WorkerSide<Out> {
  post(message: Out, transfer?: readonly ArrayBuffer[]): void;
}

interface WorkerScope {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
}

declare const self: WorkerScope;

/** Serves the connection of the worker that runs this; `In` is what the other side sends. */
export function serveWorker<In, Out>(handle: (message: In) => void): WorkerSide<Out> {
  self.onmessage = (event: MessageEvent<In>) => handle(event.data);
  return { post: (message, transfer = []) => self.postMessage(message, [...transfer]) };
}
