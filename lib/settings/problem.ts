import { fail, type Result } from "../base/result.ts";

/** Settings that the desk refuses to start with: exit code 2. */
export interface SettingsProblem {
  readonly code: "badSettings";
  /** One line that says what is wrong and how to fix it, without the program's name. */
  readonly message: string;
}

/** Where a value comes from, weakest first. */
export type OriginKind = "default" | "file" | "dotenv" | "environment" | "flag";

/** Where a value comes from and under which name it stood there. */
export interface Origin {
  readonly kind: OriginKind;
  /** File key, variable or flag as the user wrote it; empty for a default. */
  readonly name: string;
}

/** The origin in words, for messages and the doctor. */
export function originText(origin: Origin): string {
  switch (origin.kind) {
    case "default":
      return "default";
    case "file":
      return `settings file, ${origin.name}`;
    case "dotenv":
      return `.env, ${origin.name}`;
    case "environment":
      return `environment, ${origin.name}`;
    case "flag":
      return `flag ${origin.name}`;
  }
}

/** A failed Result with the line to fix; line breaks inside the message become spaces. */
export function refuse(message: string): Result<never, SettingsProblem> {
  return fail({ code: "badSettings", message: message.replaceAll(/\s*[\r\n]+\s*/g, " ") });
}

const QUOTED_LENGTH_MAX = 80;

/** What the user wrote, quoted, on one line, without control characters and at most 80 long. */
export function quoted(text: string): string {
  const short = text.length > QUOTED_LENGTH_MAX ? `${text.slice(0, QUOTED_LENGTH_MAX)}…` : text;
  return JSON.stringify(short).replaceAll(/[\u007f-\u009f\u2028\u2029]/g, "?");
}
