import { fail, ok, type Result } from "../../base/result.ts";
import type { Account, Balances, FxRate } from "../../domain/account.ts";
import type { Instrument } from "../../domain/instrument.ts";
import type { Fill, Order, Position } from "../../domain/position.ts";
import type {
  Answer,
  Bar,
  BarQuery,
  BrokerAdapter,
  BrokerCapabilities,
  BrokerError,
  BrokerSink,
  Carry,
  ChainExpiry,
  Delivery,
  FeedHealth,
  PreviousClose,
  SourceClock,
  Subscription,
  SubscriptionChanges,
} from "../../ports/broker.ts";
import type { TastytradeOptions } from "./options.ts";
import type { TastytradeServices } from "./rest/services.ts";
import { RestTransport } from "./rest/transport.ts";

export type { TastytradeOptions } from "./options.ts";

const CAPABILITIES: BrokerCapabilities = {
  streamsGreeks: true,
  streamsTrades: true,
  reportsNetLiquidation: true,
  reportsFills: true,
  reportsOrders: true,
  hasChains: true,
  barSizes: ["1m", "1d"],
  isReplayable: false,
};

/** Id of the market data feed in health and delivery. */
export const MARKET_FEED = "tastytrade";

/** tastytrade behind the broker contract: REST, DXLink and account streamer. */
export class TastytradeBroker implements BrokerAdapter {
  readonly id = "tastytrade";
  readonly label = "tastytrade";
  readonly mode = "live";
  readonly capabilities = CAPABILITIES;
  readonly baseCurrency = "USD";
  readonly referenceKey = "SPY";
  readonly playback = null;
  readonly clock: SourceClock;
  /** Calls of the REST service, for the steps of the connection page. */
  readonly transport: RestTransport;

  private constructor(options: TastytradeOptions, transport: RestTransport) {
    this.clock = options.clock;
    this.transport = transport;
  }

  /** Makes an adapter; nothing is sent. Fails with a sentence when an address is not allowed. */
  static open(options: TastytradeOptions): Result<TastytradeBroker, string> {
    const { endpoints } = options;
    const transport = RestTransport.open({ ...options, baseUrl: endpoints.rest });
    return transport.ok ? ok(new TastytradeBroker(options, transport.value)) : transport;
  }

  /** What can be asked of the broker; null before `connect`. */
  services(): TastytradeServices | null {
    return null;
  }

  connect(_sink: BrokerSink, _signal: AbortSignal): Answer<null> {
    return notYet();
  }

  accounts(_signal: AbortSignal): Answer<readonly Account[]> {
    return notYet();
  }

  instruments(_keys: readonly string[], _signal: AbortSignal): Answer<readonly Instrument[]> {
    return notYet();
  }

  positions(_accountId: string, _signal: AbortSignal): Answer<readonly Position[]> {
    return notYet();
  }

  balances(_accountId: string, _signal: AbortSignal): Answer<Balances> {
    return notYet();
  }

  fxRates(_signal: AbortSignal): Answer<readonly FxRate[]> {
    return notYet();
  }

  previousCloses(
    _keys: readonly string[],
    _signal: AbortSignal,
  ): Answer<readonly PreviousClose[]> {
    return notYet();
  }

  fillsToday(_accountId: string, _signal: AbortSignal): Answer<readonly Fill[]> {
    return notYet();
  }

  orders(_accountId: string, _signal: AbortSignal): Answer<readonly Order[]> {
    return notYet();
  }

  carry(_underlyings: readonly string[], _signal: AbortSignal): Answer<readonly Carry[]> {
    return notYet();
  }

  chain(_underlying: string, _signal: AbortSignal): Answer<readonly ChainExpiry[]> {
    return notYet();
  }

  bars(_query: BarQuery, _signal: AbortSignal): Answer<readonly Bar[]> {
    return notYet();
  }

  subscribe(_wanted: readonly Subscription[], _signal: AbortSignal): Answer<null> {
    return notYet();
  }

  changeSubscriptions(_changes: SubscriptionChanges, _signal: AbortSignal): Answer<null> {
    return notYet();
  }

  /** Everything comes over one feed, when it changes. */
  delivery(_instrument: Instrument): Delivery {
    return { feed: MARKET_FEED, cadenceMs: null, isDerived: false };
  }

  health(): readonly FeedHealth[] {
    return [];
  }

  close(): Promise<void> {
    this.transport.close();
    return Promise.resolve();
  }
}

function notYet(): Promise<Result<never, BrokerError>> {
  const message = "tastytrade is not connected";
  return Promise.resolve(fail({ code: "notConnected", message, fix: null }));
}
