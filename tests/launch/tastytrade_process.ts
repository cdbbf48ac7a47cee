import { ROOT } from "../e2e/desk.ts";

/** The tastytrade simulator as people start it, in a process of its own. */
export interface RunningSimulator {
  /** "http://127.0.0.1:PORT". */
  readonly baseUrl: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
  stop(): Promise<void>;
}

const COMMAND = ["run", "--no-prompt", "--allow-read", "--allow-net=127.0.0.1"];
const READY_WITHIN_MS = 30_000;

function printed(text: string, label: string): string {
  const found = new RegExp(`^ +${label} +(\\S+)`, "m").exec(text);
  if (found === null) throw new Error(`the simulator printed no ${label}:\n${text}`);
  return found[1];
}

/** Starts it on a free port and waits until it has printed its addresses. */
export async function startSimulator(args: readonly string[] = []): Promise<RunningSimulator> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...COMMAND, "sims/tastytrade/main.ts", "--port", "0", ...args],
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
    env: { NO_COLOR: "1" },
  }).spawn();
  let text = "";
  const ready = Promise.withResolvers<void>();
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of child.stdout) {
      text += decoder.decode(chunk, { stream: true });
      if (text.includes("Ctrl-C ends it.")) ready.resolve();
    }
    ready.reject(new Error(`the simulator ended:\n${text}`));
  })();
  const late = () => ready.reject(new Error(`the simulator is not ready:\n${text}`));
  const timer = setTimeout(late, READY_WITHIN_MS);
  await ready.promise.finally(() => clearTimeout(timer));
  return {
    baseUrl: printed(text, "REST base URL"),
    clientSecret: printed(text, "client secret"),
    refreshToken: printed(text, "refresh token"),
    stop: async () => {
      child.kill("SIGTERM");
      await child.status;
      await reading.catch(() => {});
    },
  };
}

/** A position as the service itself tells it. */
export interface ToldPosition {
  /** Last four characters of the account's number. */
  readonly account: string;
  readonly symbol: string;
  readonly signedQuantity: number;
}

async function json(url: string, init: RequestInit): Promise<Record<string, unknown>> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${url}: HTTP ${response.status}`);
  return await response.json();
}

function itemsOf(body: Record<string, unknown>): readonly Record<string, unknown>[] {
  return (body.data as { readonly items: readonly Record<string, unknown>[] }).items;
}

/** Where a service is and who asks. */
export type ToldService = Pick<RunningSimulator, "baseUrl" | "clientSecret" | "refreshToken">;

/** Asks the service as its customer, without any code of the desk. */
async function customerOf(sim: ToldService) {
  const common = { "user-agent": "oracle/1.0", "content-type": "application/json" };
  const login = await json(`${sim.baseUrl}/oauth/token`, {
    method: "POST",
    headers: common,
    body: JSON.stringify({
      grant_type: "refresh_token",
      refresh_token: sim.refreshToken,
      client_secret: sim.clientSecret,
    }),
  });
  const headers = { ...common, authorization: `Bearer ${login.access_token}` };
  const accounts = itemsOf(await json(`${sim.baseUrl}/customers/me/accounts`, { headers }));
  const numbers = accounts.map(({ account }) =>
    String((account as Record<string, unknown>)["account-number"])
  );
  const about = (number: string, what: string) =>
    json(`${sim.baseUrl}/accounts/${number}/${what}`, { headers });
  return { numbers, about };
}

/** What the simulator's REST service says is held. */
export async function toldPositions(sim: ToldService): Promise<readonly ToldPosition[]> {
  const { numbers, about } = await customerOf(sim);
  const told: ToldPosition[] = [];
  for (const number of numbers) {
    for (const item of itemsOf(await about(number, "positions"))) {
      const sign = item["quantity-direction"] === "Short" ? -1 : 1;
      told.push({
        account: number.slice(-4),
        symbol: String(item.symbol),
        signedQuantity: sign * Number(item.quantity),
      });
    }
  }
  return told;
}

/** Net liq of all accounts as the simulator's REST service says it, USD. */
export async function toldNetLiq(sim: ToldService): Promise<number> {
  const { numbers, about } = await customerOf(sim);
  let sum = 0;
  for (const number of numbers) {
    const { data } = await about(number, "balances");
    sum += Number((data as Record<string, unknown>)["net-liquidating-value"]);
  }
  return sum;
}

const TOLD_OPTION = /(\d\d)(\d\d)(\d\d)([CP])([\d.]+)$/;
const SHOWN_OPTION = /^\S+ (\S+) ([CP]) (\S+) x\d+$/;

/** A share or future by its symbol; an option by expiry, right and strike, from its symbol. */
export function toldName(symbol: string): string {
  const [, year, month, day, right, strike] = TOLD_OPTION.exec(symbol) ?? [];
  if (year === undefined) return symbol;
  // Eight digits are thousandths (OCC); a future's option has the strike as it is.
  const value = /^\d{8}$/.test(strike) ? Number(strike) / 1000 : Number(strike);
  return `20${year}-${month}-${day} ${right} ${value}`;
}

/** The same from the name in `/api/data`. */
export function shownName(symbol: string): string {
  return symbol.replace(SHOWN_OPTION, "$1 $2 $3");
}
