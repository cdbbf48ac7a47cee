import type { EventName, IBApi } from "@stoqey/ib";
import type { IbEvents } from "./client.ts";
import { MessageGuard } from "./message_guard.ts";
import { listenToAccounts } from "./stoqey_accounts.ts";
import { listenToContracts, listenToHistory } from "./stoqey_contracts.ts";
import { listenToOrders } from "./stoqey_orders.ts";
import type { StoqeySource } from "./stoqey_source.ts";
import { listenToTicks } from "./stoqey_ticks.ts";

/** Versions whose messages are known; the library itself refuses what is above. */
const VERSION_MIN = 157;
const VERSION_MAX = 193;
const OUTDATED = 503;
const UNDECODED = 505;
const BAD_LENGTH = 507;

/**
 * Hands what the library emits on to the events of a connection. What is not a number is absent,
 * whole messages that cannot be understood are left out.
 */
export class StoqeyEvents {
  readonly #source: StoqeySource;
  #reason = "TWS closed the connection";

  constructor(api: IBApi, names: typeof EventName, events: IbEvents) {
    this.#source = { api, names, events, guard: new MessageGuard(api, events) };
    this.#listenToConnection();
    listenToTicks(this.#source);
    listenToAccounts(this.#source);
    listenToContracts(this.#source);
    listenToHistory(this.#source);
    listenToOrders(this.#source);
  }

  /** Nothing is reported any more. */
  end(): void {
    const { guard, api } = this.#source;
    guard.isOver = true;
    guard.forgetBytes();
    api.removeAllListeners();
  }

  /** The connection is gone, or could not begin. Comes once. */
  close(reason: string): void {
    const { guard, events } = this.#source;
    if (guard.isOver) return;
    this.end();
    events.closed(guard.unsaid ?? reason);
  }

  /** A frame without a field: its length was none, and where the next begins is not known. */
  #outOfStep(): void {
    const { guard, events } = this.#source;
    const text = "TWS sent a bad message length";
    guard.run(() => events.notice({ id: -1, code: BAD_LENGTH, text }));
    this.close(text);
  }

  #listenToConnection(): void {
    const { api, names, events, guard } = this.#source;
    api.on(names.received, (fields: string[]) => {
      if (fields.length === 0) return this.#outOfStep();
      guard.raw.begin(fields);
      guard.run(() => events.received());
    });
    api.on(names.server, (version: number) => {
      if (version >= VERSION_MIN && version <= VERSION_MAX) {
        return guard.run(() => events.connected(version));
      }
      const text = `server version ${version}: 157 to 193 are understood`;
      guard.run(() => events.notice({ id: -1, code: OUTDATED, text }));
      this.close(text);
    });
    api.on(names.disconnected, () => this.close(this.#reason));
    api.on(names.info, (text: string, code: number) => {
      guard.take(() => events.notice({ id: -1, code, text: text ?? "" }));
    });
    api.on(names.error, (error: Error, code: number, id: number) => {
      const text = error.message;
      if (code === UNDECODED && id === -1) return guard.quarantine(text);
      if (id === -1) this.#reason = text;
      guard.take(() => events.notice({ id, code, text }));
    });
    api.on(names.managedAccounts, (text: string) => {
      const numbers = text.split(",").map((one) => one.trim()).filter((one) => one !== "");
      guard.take(() => events.managedAccounts(numbers));
    });
    api.on(names.nextValidId, (id: number) => guard.take(() => events.nextValidId(id)));
    api.on(names.currentTime, (s: number) => guard.take(() => events.currentTime(s)));
  }
}
