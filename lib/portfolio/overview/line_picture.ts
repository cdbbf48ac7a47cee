import { newYorkTime } from "../../calendar/new_york.ts";
import { formatMinute, spokenAge } from "../../format/time.ts";
import { type Scale, timeTicks } from "./axis.ts";
import type { AxisLabel, Band, LineDrawing } from "./line_drawing.ts";
import { gapsOf, lastValue } from "./today_line.ts";

/** A line as it is drawn without a script; shares of the plot go from 0 to 1 from the left. */
export interface LinePicture {
  /** SVG path in a box of `PICTURE_BOX`; a break begins a new run. */
  readonly path: string;
  /** Null while there is no point. */
  readonly scale: Scale | null;
  /** Labels centred on a time, or beginning at a session. */
  readonly labels: readonly AxisLabel[];
  readonly areLabelsCentred: boolean;
  /** Labels for a phone's width, null when the others fit there. */
  readonly narrowLabels: readonly AxisLabel[] | null;
  readonly borders: readonly number[];
  readonly bands: readonly Band[];
  readonly last: number | null;
  readonly isSigned: boolean;
}

/** Size of the box of a picture's path. */
export const PICTURE_BOX = { width: 1_600, height: 252 } as const;
/** Width of a character above a band, share of a wide plot. */
const CHARACTER_SHARE = 0.009;
/** Labels that a phone has room for. */
const LABELS_MAX = 6;

/** Runs of whole steps, each relative to the point before: short, since the page carries it. */
function pathOf({ points, span, scale }: LineDrawing): string {
  const x = (at: number) =>
    Math.round(PICTURE_BOX.width * (at - span.from) / (span.to - span.from));
  const y = (value: number) =>
    Math.round(PICTURE_BOX.height * (1 - (value - scale.from) / (scale.to - scale.from)));
  let path = "";
  let [left, top, isOpen] = [0, 0, false];
  for (let i = 0; i < points.at.length; i++) {
    if (Number.isNaN(points.value[i])) {
      isOpen = false;
      continue;
    }
    const [right, bottom] = [x(points.at[i]), y(points.value[i])];
    if (isOpen && right === left && bottom === top) continue;
    path += isOpen ? `l${right - left} ${bottom - top}` : `M${right} ${bottom}`;
    [left, top, isOpen] = [right, bottom, true];
  }
  return path;
}

function timeLabels({ span }: LineDrawing): AxisLabel[] {
  return timeTicks(span.from, span.to)
    .map((at) => ({ at, text: formatMinute(newYorkTime(at)) }));
}

/** Every second label, and again, until the rest fits on a phone. */
function thinned(labels: readonly AxisLabel[]): readonly AxisLabel[] {
  return labels.length <= LABELS_MAX ? labels : thinned(labels.filter((_, i) => i % 2 === 0));
}

/** What is missing on a line of plain time, with its length in words. */
export function gapBands({ points }: Pick<LineDrawing, "points">): Band[] {
  return gapsOf(points).map(({ from, to }) => {
    const length = spokenAge(to - from);
    return { from, to, length, text: `no data ${length}` };
  });
}

/** Bands with their texts, where these do not touch each other. */
function placed(bands: readonly Band[], share: (at: number) => number): Band[] {
  let free = -Infinity;
  return bands.map((band) => {
    const [from, to] = [share(band.from), share(band.to)];
    const half = band.text.length * CHARACTER_SHARE / 2;
    const hasRoom = (from + to) / 2 - half > free;
    if (hasRoom) free = (from + to) / 2 + half;
    return { ...band, from, to, text: hasRoom ? band.text : "" };
  });
}

/** The picture of a drawing; one without a value has neither scale nor labels. */
export function linePicture(
  drawing: LineDrawing,
  narrowLabels: readonly AxisLabel[] | null = null,
): LinePicture {
  const { span, sessions, style: { isSigned } } = drawing;
  const share = (at: number) =>
    Math.round(10_000 * (at - span.from) / (span.to - span.from)) / 10_000;
  const placedLabels = (labels: readonly AxisLabel[]) =>
    labels.map(({ at, text }) => ({ at: share(at), text }));
  const last = lastValue(drawing.points);
  const isEmpty = Number.isNaN(last);
  const labels = sessions === undefined && !isEmpty ? timeLabels(drawing) : sessions?.labels ?? [];
  return {
    path: pathOf(drawing),
    scale: isEmpty ? null : drawing.scale,
    labels: placedLabels(sessions === undefined ? thinned(labels) : labels),
    areLabelsCentred: sessions === undefined,
    narrowLabels: narrowLabels === null ? null : placedLabels(narrowLabels),
    borders: (sessions?.borders ?? []).map(share),
    bands: placed(sessions?.bands ?? gapBands(drawing), share),
    last: isEmpty ? null : last,
    isSigned,
  };
}
