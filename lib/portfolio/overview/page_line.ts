import type { OverviewData } from "./data.ts";
import { pointsOf } from "./history_answer.ts";
import type { LineDrawing } from "./line_drawing.ts";
import { type LinePicture, linePicture } from "./line_picture.ts";
import { sessionDrawing } from "./session_drawing.ts";
import { TodayLine } from "./today_line.ts";
import { lineNote, lineSummary, type LineWords, todayDrawing } from "./today_view.ts";

/** Width that a picture is labelled for; a browser's page labels it anew for its own. */
const LABEL_WIDTH_PX = 700;

/** The line of a page's first paint with its words. */
export interface PageLinePicture {
  readonly picture: LinePicture;
  readonly note: string;
  readonly summary: string;
}

/** What a line says while the record cannot be read. */
export function problemNote(problem: string): string {
  return `History cannot be read: ${problem}`;
}

function drawingOf(data: OverviewData, line: TodayLine): LineDrawing {
  const { metric } = data.preferences;
  if (data.line !== null) {
    const points = pointsOf(data.line);
    return sessionDrawing({
      ...data.line,
      points,
      now: data.now,
      widthPx: LABEL_WIDTH_PX,
    });
  }
  const chosen = data.accounts.filter((account) => account.isChosen);
  // Without the record there is no line over several sessions: better none than another.
  const points = data.preferences.range === "today"
    ? line.read(metric, chosen.map((account) => account.index))
    : { at: new Float64Array(0), value: new Float64Array(0) };
  return todayDrawing(metric, points, data.now);
}

/** Draws the line that a page shows first. */
export function pageLine(data: OverviewData): PageLinePicture {
  const line = new TodayLine(data.accounts.length, data.today);
  const drawing = drawingOf(data, line);
  const words: LineWords = {
    metric: data.preferences.metric,
    currency: data.baseCurrency,
    drawing,
    answer: data.line,
    stepMs: line.stepMs,
    now: data.now,
  };
  const note = data.lineProblem === "" ? lineNote(words) : problemNote(data.lineProblem);
  return { picture: linePicture(drawing), note, summary: lineSummary(words) };
}
