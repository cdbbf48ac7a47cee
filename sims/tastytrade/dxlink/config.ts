import type { FaultScope } from "../../fault_plan.ts";
import type { FaultPlan } from "../faults/plan.ts";
import type { EventFields } from "./codec.ts";
import { EVENT_FIELDS } from "./fields.ts";

/** The wire format of data. */
export type DataFormat = "FULL" | "COMPACT";

/** What a channel grants: format and fields by type, as asked and as the script bends it. */
export class FeedConfig {
  aggregationPeriodS = 0.1;
  #asked: DataFormat = "FULL";
  #announcedFormat: DataFormat | null = null;
  readonly #accepted = new Map<string, readonly string[]>();
  readonly #announced = new Map<string, string>();
  readonly #plan: FaultPlan;
  readonly #scope: () => FaultScope;

  constructor(plan: FaultPlan, scope: () => FaultScope) {
    this.#plan = plan;
    this.#scope = scope;
  }

  /** Takes what a FEED_SETUP asks; what it leaves open stays, fields merge by type. */
  accept(asked: { dataFormat: DataFormat | null; eventFields: EventFields | null }): void {
    this.#asked = asked.dataFormat ?? this.#asked;
    for (const [type, wanted] of Object.entries(asked.eventFields ?? {})) {
      const known = EVENT_FIELDS[type];
      if (known === undefined) continue;
      const granted = wanted.filter((field) => known.includes(field));
      this.#accepted.set(type, granted.length > 0 ? granted : known);
    }
  }

  /** Format of the next data. */
  get format(): DataFormat {
    const switched = this.#plan.holding("dxlink", "switchFormat", this.#scope());
    return switched[0]?.format ?? this.#asked;
  }

  /** Types that a client has asked fields of. */
  get types(): string[] {
    return [...this.#accepted.keys()];
  }

  /** Fields of a type in the order in which they are sent. */
  fieldsOf(type: string): readonly string[] {
    let fields = this.#accepted.get(type) ?? EVENT_FIELDS[type] ?? [];
    const scope = this.#scope();
    for (const fault of this.#plan.holding("dxlink", "trimFields", scope)) {
      if (fault.type === type) fields = fields.filter((one) => !fault.fields?.includes(one));
    }
    for (const fault of this.#plan.holding("dxlink", "reorderFields", scope)) {
      // Reversed: the symbol stands last, which a client that guesses positions does not survive.
      if (fault.type === type) fields = [...fields].reverse();
    }
    return fields;
  }

  /** The FEED_CONFIG that must precede data of these types; null when the client knows it all. */
  announcement(types: readonly string[], isForced = false): Record<string, unknown> | null {
    const { format } = this;
    const fresh = types.filter((type) => this.#announced.get(type) !== String(this.fieldsOf(type)));
    if (!isForced && fresh.length === 0 && format === this.#announcedFormat) return null;
    this.#announcedFormat = format;
    const eventFields: Record<string, readonly string[]> = {};
    for (const type of fresh) {
      eventFields[type] = this.fieldsOf(type);
      this.#announced.set(type, String(eventFields[type]));
    }
    return {
      dataFormat: format,
      aggregationPeriod: this.aggregationPeriodS,
      ...(fresh.length > 0 ? { eventFields } : {}),
    };
  }
}
