import {
  CONNECTION_MODES,
  type ConnectionReport,
  type ConnectionsState,
  type ConnectionStep,
  type SettingInUse,
  STEP_STATES,
  type StepFault,
} from "../../domain/connection.ts";

/** Fields of an object of which nothing is known. */
class Reader {
  readonly #fields: ReadonlyMap<string, unknown>;
  isWhole = true;

  constructor(raw: unknown) {
    const isObject = typeof raw === "object" && raw !== null && !Array.isArray(raw);
    this.isWhole = isObject;
    this.#fields = new Map(isObject ? Object.entries(raw) : []);
  }

  raw(name: string): unknown {
    return this.#fields.get(name) ?? null;
  }

  text(name: string): string {
    const value = this.raw(name);
    if (typeof value === "string") return value;
    this.isWhole = false;
    return "";
  }

  time(name: string): number | null {
    const value = this.raw(name);
    return typeof value === "number" ? value : null;
  }

  texts(name: string): readonly string[] {
    const value = this.raw(name);
    return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
  }

  /** Every item of a list that can be read; one that cannot spoils the whole. */
  list<T>(name: string, read: (raw: unknown) => T | null): readonly T[] {
    const value = this.raw(name);
    const items = Array.isArray(value) ? value.map(read) : [null];
    const whole = items.filter((item) => item !== null);
    if (whole.length !== items.length) this.isWhole = false;
    return whole;
  }
}

function readFault(raw: unknown): StepFault | null {
  if (raw === null) return null;
  const reader = new Reader(raw);
  return {
    headline: reader.text("headline"),
    cause: reader.text("cause"),
    remedy: reader.texts("remedy"),
  };
}

function readStep(raw: unknown): ConnectionStep | null {
  const reader = new Reader(raw);
  const state = STEP_STATES.find((one) => one === reader.raw("state"));
  const step = {
    id: reader.text("id"),
    title: reader.text("title"),
    detail: reader.text("detail"),
    at: reader.time("at"),
    fault: readFault(reader.raw("fault")),
  };
  return state === undefined || !reader.isWhole ? null : { ...step, state };
}

function readSetting(raw: unknown): SettingInUse | null {
  const reader = new Reader(raw);
  const [name, value, origin] = ["name", "value", "origin"].map((field) => reader.text(field));
  return reader.isWhole ? { name, value, origin } : null;
}

function readReport(raw: unknown): ConnectionReport | null {
  const reader = new Reader(raw);
  const report = {
    id: reader.text("id"),
    label: reader.text("label"),
    note: reader.text("note"),
    steps: reader.list("steps", readStep),
    isLoaded: reader.raw("isLoaded") === true,
    isTesting: reader.raw("isTesting") === true,
    checkedAt: reader.time("checkedAt"),
    nextTestAt: reader.time("nextTestAt"),
    settings: reader.list("settings", readSetting),
    howToChange: reader.texts("howToChange"),
  };
  return reader.isWhole ? report : null;
}

/** Reads the answer of `/api/connections`; null when it is none. */
export function readConnections(raw: unknown): ConnectionsState | null {
  const reader = new Reader(raw);
  const mode = CONNECTION_MODES.find((one) => one === reader.raw("mode"));
  const connections = reader.list("connections", readReport);
  const now = reader.time("now");
  if (mode === undefined || now === null || !reader.isWhole) return null;
  return { mode, isLoaded: reader.raw("isLoaded") === true, now, connections };
}
