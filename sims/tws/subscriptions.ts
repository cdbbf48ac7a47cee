import type { Client } from "./client.ts";

/** Subscriptions of all clients by request id, which are each client's own. */
export class Subscriptions<T> {
  readonly #byClient = new Map<Client, Map<number, T>>();

  /** Adds one, or replaces what had its id. */
  set(client: Client, id: number, value: T): void {
    const own = this.#byClient.get(client) ?? new Map<number, T>();
    own.set(id, value);
    this.#byClient.set(client, own);
  }

  /** What a client subscribed to under an id. */
  get(client: Client, id: number): T | undefined {
    return this.#byClient.get(client)?.get(id);
  }

  /** Ends one; false when there was none. */
  delete(client: Client, id: number): boolean {
    return this.#byClient.get(client)?.delete(id) ?? false;
  }

  /** Ends all of a client. */
  drop(client: Client): void {
    this.#byClient.delete(client);
  }

  /** Ends all of everybody. */
  clear(): void {
    this.#byClient.clear();
  }

  /** Number of subscriptions: of a client, or of all. */
  count(client?: Client): number {
    if (client !== undefined) return this.#byClient.get(client)?.size ?? 0;
    return [...this.#byClient.values()].reduce((sum, own) => sum + own.size, 0);
  }

  /** Everything, in the order of subscription within each client. */
  *entries(): Generator<{ readonly client: Client; readonly id: number; readonly value: T }> {
    for (const [client, own] of [...this.#byClient]) {
      for (const [id, value] of [...own]) yield { client, id, value };
    }
  }
}
