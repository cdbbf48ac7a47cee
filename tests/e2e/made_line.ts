import type { Page, Route } from "playwright-core";

/** A regular session as the desk names it. */
interface Session {
  readonly date: string;
  readonly opensAt: number;
  readonly closesAt: number;
}

/** What the desk would answer, with a line made here. */
export interface MadeAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** How a made record answers, and what it was asked. */
export interface MadeLine {
  /** Queries in the order in which they came. */
  readonly asked: URLSearchParams[];
  /** Answers wait until this resolves. */
  hold: Promise<void>;
  /** Answers with this in place of a line. */
  refusal: MadeAnswer | null;
}

/** Points of each session up to a time, a gap in the second one; the newest is of just now. */
function pointsOf(sessions: readonly Session[], to: number, perSession: number) {
  const [at, value]: [number[], (number | null)[]] = [[], []];
  const put = (time: number, level: number | null) => {
    at.push(time);
    value.push(level);
  };
  sessions.forEach(({ opensAt, closesAt }, day) => {
    for (let i = 0; i < perSession; i++) {
      const time = opensAt + (closesAt - opensAt) * i / perSession;
      const isGap = day === 1 && i > perSession / 4 && i < perSession / 3;
      if (time >= to - 1_000 || (isGap && value[value.length - 1] === null)) continue;
      put(time, isGap ? null : 1_000 * Math.sin(day + i / perSession * 6));
    }
  });
  put(to - 1_000, 900);
  return { at, value };
}

/**
 * Answers the page's questions for a line with one made of the sessions that the desk itself names:
 * as many points as the plot may have, first recorded when the second session of all opened.
 */
export async function makeLines(page: Page): Promise<MadeLine> {
  const made: MadeLine = { asked: [], hold: Promise.resolve(), refusal: null };
  await page.route("**/api/history?*", async (route) => {
    try {
      await answer(route, made);
    } catch (error) {
      // A page that was closed or went elsewhere waits for no answer.
      if (!page.isClosed() && !/closed|disposed|handled/.test(String(error))) throw error;
    }
  });
  return made;
}

async function answer(route: Route, made: MadeLine): Promise<void> {
  const query = new URL(route.request().url()).searchParams;
  made.asked.push(query);
  const refusal = made.refusal;
  await made.hold;
  if (refusal !== null) {
    await route.fulfill({ status: refusal.status, json: refusal.body });
    return;
  }
  const line = await (await route.fetch()).json();
  const { sessions, to } = line;
  const perSession = Math.max(4, Math.floor(4 * Number(query.get("pixels")) / sessions.length));
  const points = pointsOf(sessions, to, perSession);
  await route.fulfill({ json: { ...line, ...points, since: sessions[0].opensAt } });
}
