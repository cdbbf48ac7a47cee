import type { VirtualTime } from "../../ports/virtual_time.ts";
import type { IbAddress, IbClient, IbEvents, OpenIbClient } from "./wire/client.ts";

/** How TWS takes the next connections. */
export type Mood =
  | "ready"
  | "refused"
  | "silent"
  | "greets" // version, and no more
  | "clientIdInUse"
  | "closes"
  | "tooNew";

/** One connection as TWS sees it. */
export interface Session {
  readonly address: IbAddress;
  readonly events: IbEvents;
  readonly openedAt: number;
  /** Requests as they arrived. */
  readonly requests: string[];
  isOpen: boolean;
  isMute: boolean;
}

/**
 * TWS played by a test, without bytes: it answers in calls of no length, as the contract of the
 * client says, and counts what is open at once.
 */
export class ScriptedTws {
  readonly sessions: Session[] = [];
  mood: Mood = "ready";
  /** Answers probes. */
  answersProbes = true;
  mostOpen = 0;
  readonly #time: VirtualTime;

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  get open(): readonly Session[] {
    return this.sessions.filter(({ isOpen }) => isOpen);
  }

  get last(): Session {
    return this.sessions[this.sessions.length - 1];
  }

  readonly connect: OpenIbClient = (address, events) => {
    const session: Session = {
      address,
      events,
      openedAt: this.#time.now(),
      requests: [],
      isOpen: true,
      isMute: false,
    };
    this.sessions.push(session);
    this.mostOpen = Math.max(this.mostOpen, this.open.length);
    const { mood } = this;
    this.#soon(session, () => this.#begin(session, mood));
    return this.#client(session);
  };

  /** Sends a notice on the connection of the moment. */
  notice(code: number, text = "", id = -1): void {
    const session = this.last;
    if (!session.isOpen || session.isMute) return;
    session.events.received();
    session.events.notice({ id, code, text });
  }

  /** Reports something on the connection of the moment. */
  say(work: (events: IbEvents) => void): void {
    const session = this.last;
    if (!session.isOpen || session.isMute) return;
    session.events.received();
    work(session.events);
  }

  /** Ends the connection of the moment, as a restart does. */
  cut(): void {
    this.#close(this.last, "TWS closed the connection");
  }

  #soon(session: Session, work: () => void): void {
    this.#time.setTimer(0, () => {
      if (session.isOpen && !session.isMute) work();
    });
  }

  #close(session: Session, reason: string): void {
    if (!session.isOpen) return;
    session.isOpen = false;
    session.events.closed(reason);
  }

  #begin(session: Session, mood: Mood): void {
    const { events } = session;
    if (mood === "silent") return;
    if (mood === "refused") {
      events.notice({ id: -1, code: 502, text: "connect ECONNREFUSED" });
      return this.#close(session, "connect ECONNREFUSED");
    }
    if (mood === "closes") return this.#close(session, "TWS closed the connection");
    events.received();
    if (mood === "tooNew") {
      events.notice({ id: -1, code: 506, text: "Unsupported Version 199" });
      return this.#close(session, "Unsupported Version 199");
    }
    events.connected(178);
    if (mood === "greets") return;
    if (mood === "clientIdInUse") {
      events.notice({ id: -1, code: 326, text: "Unable to connect as the client id is in use" });
      return this.#close(session, "TWS closed the connection");
    }
    events.managedAccounts(["DU1234567"]);
    if (session.isOpen) events.nextValidId(5);
  }

  #client(session: Session): IbClient {
    const close = () => void (session.isOpen = false);
    const answer = (name: string) => {
      if (name !== "reqCurrentTime" || !this.answersProbes) return;
      this.#soon(session, () => {
        session.events.received();
        session.events.currentTime(Math.floor(this.#time.now() / 1000));
      });
    };
    return new Proxy({} as IbClient, {
      get: (_target, name) => (...values: unknown[]) => {
        if (name === "close") return close();
        if (!session.isOpen) return;
        session.requests.push([String(name), ...values.map(String)].join(" "));
        answer(String(name));
      },
    });
  }
}
