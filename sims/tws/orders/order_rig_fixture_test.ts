import { present } from "../../../lib/base/assert.ts";
import { type HandClient, MemoryRig } from "../memory_rig.ts";
import { type HandOrder, handOrder } from "./hand_order_fixture_test.ts";

const PLACE = 3;
const QUIET = { eventRate: 0, fillGapMs: 1e12 };

/** What an emulator for orders is made from. */
export type OrderRigOptions = ConstructorParameters<typeof MemoryRig>[0] & {
  readonly clientId?: number;
  readonly startAt?: number;
};

/** An emulator whose market stands still, and a client that trades on it. */
export class OrderRig extends MemoryRig {
  readonly trader: HandClient;

  constructor(options: OrderRigOptions = {}) {
    const { clientId = 7, startAt, ...rest } = options;
    super({ ...QUIET, ...rest }, startAt);
    this.trader = this.client(clientId);
    this.trader.forget();
  }

  conId(symbol: string): number {
    const { world } = this.sim.face.market;
    const id = present(world.instrumentOf(symbol), symbol);
    return this.sim.face.contracts.of(this.sim.face.market.instrument(id)).conId;
  }

  quote(symbol: string) {
    const { market } = this.sim.face;
    const id = present(market.world.instrumentOf(symbol), symbol);
    return market.latest(market.instrument(id));
  }

  place(orderId: number, order: HandOrder): void {
    this.trader.send(PLACE, ...handOrder(orderId, order));
  }

  share(order: HandOrder = {}): HandOrder {
    return { conId: this.conId("AAPL"), ...order };
  }
}

/** Status, filled and remaining of each orderStatus of an order. */
export function statuses(client: HandClient, orderId: number): string[] {
  return client.of(3).filter(([id]) => id === String(orderId))
    .map(([, status, filled, left, , , , , , held]) =>
      `${status} ${filled}/${left} ${held}`.trim()
    );
}
