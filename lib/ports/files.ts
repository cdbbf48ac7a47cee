import type { Result } from "../base/result.ts";

/** Why a file gave no text. */
export type ReadProblem = "notFound" | "unreadable" | "tooLarge";

/** Reads a text file; larger ones than `bytesMax` are refused with "tooLarge", unread. */
export type ReadText = (path: string, bytesMax: number) => Promise<Result<string, ReadProblem>>;
