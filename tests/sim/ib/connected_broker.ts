import { IB_FEEDS, type IbFeed } from "@/lib/brokers/ib/feeds.ts";
import { MARKET_EVENT } from "@/lib/domain/market_data.ts";
import type { Position } from "@/lib/domain/position.ts";
import { IbRun, type IbRunOptions } from "@/tests/contract/ib_run.ts";
import { LIVE, SeeingSink, subscriptions, value } from "@/tests/contract/broker_subject.ts";

/** The adapter with its book loaded and everything subscribed, as a desk has it. */
export class ConnectedBroker {
  readonly sink: SeeingSink;
  positions: Position[] = [];
  accountIds: readonly string[] = [];

  private constructor(readonly run: IbRun) {
    this.sink = new SeeingSink(() => run.time.now());
  }

  static async start(options: IbRunOptions = {}): Promise<ConnectedBroker> {
    const coarse = { stepMs: 250, eventRate: 200 };
    const connected = new ConnectedBroker(new IbRun({ ...coarse, ...options }));
    await connected.#load();
    return connected;
  }

  /** Requests of one message id on each connection so far, by ordinal. */
  asked(messageId: number): number[] {
    return this.run.sim.seen.filter(({ fields }) => fields[0] === String(messageId))
      .map(({ connection }) => connection);
  }

  /** Events of a kind that came since `forget`. */
  count(kind: keyof typeof MARKET_EVENT): number {
    return this.sink.events.filter((event) => event.kind === MARKET_EVENT[kind]).length;
  }

  /** Deliveries of a name since `forget`. */
  calls(name: string): number {
    return this.sink.calls.filter((call) => call === name).length;
  }

  forget(): void {
    this.sink.events.length = 0;
    this.sink.calls.length = 0;
    this.sink.healths.length = 0;
  }

  state(feed: IbFeed): string {
    const { state, detail } = this.run.broker.health().find((one) => one.feed === IB_FEEDS[feed]) ??
      { state: "none", detail: null };
    return detail === null ? state : `${state}: ${detail}`;
  }

  async end(): Promise<number> {
    await this.run.broker.close();
    this.run.sim.close();
    await this.run.advance(1_000);
    return this.run.timers.pendingCount;
  }

  async #load(): Promise<void> {
    const { run, sink } = this;
    const { broker } = run;
    value(await run.during(broker.connect(sink, LIVE)));
    this.accountIds = value(await run.during(broker.accounts(LIVE))).map(({ id }) => id);
    for (const id of this.accountIds) {
      this.positions.push(...value(await run.during(broker.positions(id, LIVE))));
      value(await run.during(broker.balances(id, LIVE)));
    }
    const keys = [...new Set(this.positions.map(({ instrumentKey }) => instrumentKey)), "SPY"];
    const held = value(await run.during(broker.instruments([...new Set(keys)], LIVE)));
    value(await broker.subscribe(subscriptions(held), LIVE));
    await run.advance(6_000, 250);
  }
}
