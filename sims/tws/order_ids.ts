/** Next valid order ids by client id; they outlive connections. */
export class OrderIds {
  readonly #first: number;
  readonly #next = new Map<number, number>();

  constructor(first: number) {
    this.#first = first;
  }

  /** The smallest id that a client may use; asking does not use it up. */
  next(clientId: number): number {
    return this.#next.get(clientId) ?? this.#first;
  }

  /** A restart lost them: every client begins at the first id again, although it used it. */
  forget(): void {
    this.#next.clear();
  }

  /** A client placed an order under an id. */
  used(clientId: number, orderId: number): void {
    this.#next.set(clientId, Math.max(this.next(clientId), orderId + 1));
  }
}
