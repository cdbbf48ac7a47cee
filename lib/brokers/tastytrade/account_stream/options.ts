import type { Result } from "../../../base/result.ts";
import type { FeedHealth } from "../../../ports/broker.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { Random } from "../../../ports/random.ts";
import type { Timers } from "../../../ports/timers.ts";
import type { Sockets } from "../../../ports/web_socket.ts";
import type { Drift } from "../map/fields.ts";
import type { StreamerNotice } from "../map/notification.ts";
import type { RestFailure } from "../rest/failure.ts";
import type { Secret } from "../rest/secret.ts";

/** Where the stream delivers. Calls are synchronous and must not throw. */
export interface AccountStreamListener {
  /**
   * Subscribed, or a message was lost on the way: whatever came before may be missing, load
   * everything now. What is told from now on, while the load is under way too, comes as `notice`.
   */
  subscribed(): void;
  /** A whole object that changed. The same one may come twice, or later than a newer one. */
  notice(notice: StreamerNotice): void;
  /** State or words changed. */
  health(health: FeedHealth): void;
}

/** Gives the access token that is good now; see `AccessTokens`. */
export interface AccessTokenSource {
  token(signal: AbortSignal): Promise<Result<Secret, RestFailure>>;
  /** The broker refused this one. */
  rejected(token: Secret): void;
  /** The broker took one: refusals before it do not count any more. */
  accepted(): void;
}

/** What an account stream is made of. */
export interface AccountStreamOptions {
  /** Id and name of the feed in the health list. */
  readonly id: string;
  readonly label: string;
  /** Address of the account streamer; used only when `isUrlAllowed` says so. */
  readonly url: string;
  readonly isUrlAllowed: (url: string) => boolean;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly sockets: Sockets;
  readonly tokens: AccessTokenSource;
  /** Whole numbers of the accounts to follow; at least one. */
  readonly accountNumbers: readonly string[];
  /** Who we are, "deltadesk/<version>". */
  readonly source: string;
  readonly listener: AccountStreamListener;
  /** Counts what the broker sends otherwise than expected. */
  readonly drift: Drift;
}
