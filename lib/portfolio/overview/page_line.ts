import type { OverviewData } from "./data.ts";
import { type HistoryAnswer, pointsOf } from "./history_answer.ts";
import type { LineDrawing } from "./line_drawing.ts";
import { type LinePicture, linePicture } from "./line_picture.ts";
import { sessionDrawing } from "./session_drawing.ts";
import { TodayLine } from "./today_line.ts";
import { lineNote, lineSummary, type LineWords, pauseText, todayDrawing } from "./today_view.ts";

/** Width that a picture is labelled for; a browser's page labels it anew for its own. */
const LABEL_WIDTH_PX = 700;
/** Width of the plot of a phone. */
const NARROW_WIDTH_PX = 232;

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

function sessionPicture(data: OverviewData, line: HistoryAnswer): [LineDrawing, LinePicture] {
  const input = { ...line, points: pointsOf(line), now: data.now };
  const drawing = sessionDrawing({ ...input, widthPx: LABEL_WIDTH_PX });
  const narrow = sessionDrawing({ ...input, widthPx: NARROW_WIDTH_PX });
  return [drawing, linePicture(drawing, narrow.sessions.labels)];
}

function pictureOf(data: OverviewData, line: TodayLine): [LineDrawing, LinePicture] {
  if (data.line !== null) return sessionPicture(data, data.line);
  const { metric } = data.preferences;
  const chosen = data.accounts.filter((account) => account.isChosen);
  // Without the record there is no line over several sessions: better none than another.
  const points = data.preferences.range === "today"
    ? line.read(metric, chosen.map((account) => account.index))
    : { at: new Float64Array(0), value: new Float64Array(0) };
  const drawing = todayDrawing(metric, points, data.now);
  return [drawing, linePicture(drawing)];
}

/** Draws the line that a page shows first. */
export function pageLine(data: OverviewData): PageLinePicture {
  const line = new TodayLine(data.accounts.length, data.today);
  const [drawing, picture] = pictureOf(data, line);
  const words: LineWords = {
    metric: data.preferences.metric,
    currency: data.baseCurrency,
    drawing,
    answer: data.line,
    stepMs: line.stepMs,
    now: data.now,
    paused: pauseText(data.feeds, data.market),
  };
  const note = data.lineProblem === "" ? lineNote(words) : problemNote(data.lineProblem);
  return { picture, note, summary: lineSummary(words) };
}
