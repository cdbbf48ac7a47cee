/** What the main isolate holds after a forced collection, bytes. */
export interface LiveMemory {
  readonly heapBytes: number;
  /** Memory outside the heap that objects own: typed arrays above all. */
  readonly externalBytes: number;
}

const KEPT = 20_000;
const READY = /Deltadesk ready at (http:\S+) /;
const COLLECTED = /^collected (\{.*\})$/;

/** Reads what the server prints: its ready line, answers to a forced collection, its last words. */
export class ServerOutput {
  /** The last of it. */
  text = "";
  readonly ready = Promise.withResolvers<string>();
  #collected = Promise.withResolvers<LiveMemory>();

  /** The next answer to a forced collection. */
  collected(): Promise<LiveMemory> {
    this.#collected = Promise.withResolvers<LiveMemory>();
    return this.#collected.promise;
  }

  /** Reads one of the server's pipes to its end. */
  async read(pipe: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    const take = this.reader();
    for await (const chunk of pipe) take(decoder.decode(chunk, { stream: true }));
  }

  /** Takes the text of one pipe, in pieces as they come. */
  reader(): (text: string) => void {
    let rest = "";
    return (text) => {
      this.text = (this.text + text).slice(-KEPT);
      const lines = (rest + text).split("\n");
      rest = (lines.pop() ?? "").slice(-KEPT);
      for (const line of lines) this.#take(line);
    };
  }

  #take(line: string): void {
    const url = READY.exec(line)?.[1];
    if (url !== undefined) this.ready.resolve(url);
    const json = COLLECTED.exec(line)?.[1];
    if (json === undefined) return;
    const memory: LiveMemory = JSON.parse(json);
    this.#collected.resolve(memory);
  }
}
