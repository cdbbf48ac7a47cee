import type { Clock } from "../../lib/ports/clock.ts";
import type { FaultPlan } from "../fault_plan.ts";
import type { Client, LinkChange } from "./client.ts";
import type { Fault } from "./faults/script.ts";

/** Farms of TWS by what they serve. */
export type Farm = "market" | "history" | "secDef";

const FARMS: readonly { readonly farm: Farm; readonly name: string }[] = [
  { farm: "market", name: "usfarm" },
  { farm: "history", name: "ushmds" },
  { farm: "secDef", name: "secdefil" },
];

const FARM_WORDS: Readonly<Record<Farm, { broken: number; ok: number; what: string }>> = {
  market: { broken: 2103, ok: 2104, what: "Market data farm connection is" },
  history: { broken: 2105, ok: 2106, what: "HMDS data farm connection is" },
  secDef: { broken: 2157, ok: 2158, what: "Sec-def data farm connection is" },
};

const LOST = "Connectivity between IB and Trader Workstation has been lost.";
const LOST_AT_CONNECT = "Connectivity between Trader Workstation and server is broken. " +
  "It will be restored automatically.";
const REPEAT_MS_DEFAULT = 10_000;

/** What a gateway works on. */
export interface GatewayParts {
  readonly plan: FaultPlan<Fault>;
  readonly clock: Clock;
  readonly clients: () => Iterable<Client>;
  readonly changed: (link: LinkChange) => void;
}

/** TWS's own links: to the servers of IB, to its farms; lost and found as the script says. */
export class Gateway {
  readonly #parts: GatewayParts;
  #reset: Fault | null = null;
  #repeatAt = 0;
  readonly #brokenFarms = new Map<string, Fault>();

  constructor(parts: GatewayParts) {
    this.#parts = parts;
  }

  /** False while TWS has lost the servers of IB: nothing new comes, orders go nowhere. */
  get isLinkUp(): boolean {
    return this.#reset === null;
  }

  /** False while a farm is broken, or the servers of IB are lost. */
  isFarmUp(farm: Farm): boolean {
    return this.isLinkUp && [...this.#brokenFarms.keys()].every((name) => farmOf(name) !== farm);
  }

  /** What a client hears as it connects: the farms, and 2110 while the link is lost. */
  greet(client: Client): void {
    for (const { farm, name } of FARMS) {
      const isUp = this.isLinkUp && !this.#brokenFarms.has(name);
      client.error(-1, ...farmLine(farm, name, isUp));
    }
    if (!this.isLinkUp) client.error(-1, 2110, LOST_AT_CONNECT);
  }

  /** Looks what the script says now, and tells the clients what changed. */
  check(): void {
    this.#checkReset();
    this.#checkFarms();
    const { plan } = this.#parts;
    for (let n = 0; n < plan.faults.length; n++) {
      const said = plan.take("gateway", "say", {});
      if (said === null) return;
      this.#tell(said.id ?? -1, said.code ?? 0, said.text ?? "");
    }
  }

  #checkReset(): void {
    const { plan, clock, changed } = this.#parts;
    const now = clock.monotonic();
    const [fault] = plan.holding("gateway", "reset", {});
    if (fault !== undefined) {
      if (this.#reset !== null && now < this.#repeatAt) return;
      const isNew = this.#reset === null;
      this.#reset = fault;
      this.#repeatAt = now + (fault.everyMs ?? REPEAT_MS_DEFAULT);
      this.#tell(-1, 1100, LOST);
      if (!isNew) return;
      this.#tellFarms(false);
      return changed("lost");
    }
    if (this.#reset === null) return;
    const isLost = this.#reset.isDataLost === true;
    this.#reset = null;
    this.#tellFarms(true);
    const farms = FARMS.map(({ name }) => name).join("; ");
    this.#tell(
      -1,
      isLost ? 1101 : 1102,
      [
        "Connectivity between IB and Trader Workstation has been restored - data ",
        isLost ? "lost." : "maintained.",
        ` All data farms are connected: ${farms}.`,
      ].join(""),
    );
    changed(isLost ? "reset" : "restored");
  }

  #checkFarms(): void {
    const holding = this.#parts.plan.holding("gateway", "farm", {});
    const names = new Map(holding.map((fault) => [fault.farm ?? "usfarm", fault]));
    for (const [name, fault] of names) {
      if (this.#brokenFarms.has(name)) continue;
      this.#brokenFarms.set(name, fault);
      this.#tell(-1, ...farmLine(farmOf(name), name, false));
    }
    for (const name of [...this.#brokenFarms.keys()]) {
      if (names.has(name)) continue;
      this.#brokenFarms.delete(name);
      this.#tell(-1, ...farmLine(farmOf(name), name, true));
    }
  }

  #tellFarms(isUp: boolean): void {
    for (const { farm, name } of FARMS) this.#tell(-1, ...farmLine(farm, name, isUp));
  }

  #tell(id: number, code: number, text: string): void {
    for (const client of this.#parts.clients()) client.error(id, code, text);
  }
}

function farmOf(name: string): Farm {
  if (/hmds/.test(name)) return "history";
  return /secdef/.test(name) ? "secDef" : "market";
}

function farmLine(farm: Farm, name: string, isUp: boolean): [number, string] {
  const { broken, ok, what } = FARM_WORDS[farm];
  return isUp ? [ok, `${what} OK:${name}`] : [broken, `${what} broken:${name}`];
}
