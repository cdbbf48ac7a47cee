import { assert, present } from "../base/assert.ts";
import { Secret } from "../base/secret.ts";
import type { Origin, OriginKind } from "./problem.ts";
import type { ResolvedSetting } from "./resolve.ts";
import type { SettingKey } from "./table.ts";

const ORIGIN_STRENGTH: readonly OriginKind[] = [
  "default",
  "file",
  "dotenv",
  "environment",
  "flag",
];

/** Typed access to resolved settings; a wrong type is a bug of the table. */
export class Lookup {
  readonly #byKey: ReadonlyMap<string, ResolvedSetting>;

  constructor(resolved: readonly ResolvedSetting[]) {
    this.#byKey = new Map(resolved.map((one) => [one.row.key, one]));
  }

  one(key: SettingKey): ResolvedSetting {
    return present(this.#byKey.get(key), `setting ${key}`);
  }

  number(key: SettingKey): number {
    const { value } = this.one(key);
    assert(typeof value === "number", `${key} is a number`);
    return value;
  }

  isOn(key: SettingKey): boolean {
    const { value } = this.one(key);
    assert(typeof value === "boolean", `${key} is a switch`);
    return value;
  }

  text(key: SettingKey): string {
    const { value } = this.one(key);
    assert(typeof value === "string", `${key} is a text`);
    return value;
  }

  /** A text that need not be there. */
  textOrNull(key: SettingKey): string | null {
    return this.one(key).value === null ? null : this.text(key);
  }

  /** A secret that need not be there. */
  secretOrNull(key: SettingKey): Secret | null {
    const { value } = this.one(key);
    assert(value === null || value instanceof Secret, `${key} is a secret`);
    return value;
  }

  list(key: SettingKey): readonly string[] {
    const { value } = this.one(key);
    const isList = typeof value === "object" && value !== null && !(value instanceof Secret);
    assert(isList, `${key} is a list`);
    return value;
  }

  origin(key: SettingKey): Origin {
    return this.one(key).origin;
  }

  strength(key: SettingKey): number {
    return ORIGIN_STRENGTH.indexOf(this.origin(key).kind);
  }
}
