import { aria } from "@/components/aria.ts";
import {
  METRIC_STYLES,
  TODAY_METRICS,
  type TodayMetric,
} from "@/lib/portfolio/overview/metrics.ts";
import type { LinePicture } from "@/lib/portfolio/overview/line_picture.ts";
import { type Range, RANGE_STYLES, RANGES } from "@/lib/portfolio/overview/ranges.ts";
import { Still } from "@/components/Still.tsx";
import { StaticLine } from "@/components/overview/StaticLine.tsx";

/** What the section of today is drawn from. */
export interface TodayProps {
  readonly metric: TodayMetric;
  readonly range: Range;
  readonly picture: LinePicture;
  /** "USD, one point a second; since 09:30, no gaps". */
  readonly note: string;
  /** Result, range and gaps in words: what the folded section says. */
  readonly summary: string;
  readonly isFolded: boolean;
  readonly onFold?: () => void;
  readonly onMetric?: (metric: TodayMetric) => void;
  readonly onRange?: (range: Range) => void;
  readonly isTableOpen?: boolean;
  readonly table?: readonly (readonly [string, string])[];
  readonly onTable?: () => void;
}

/** A choice among names: a button each, a plain form without a script. */
function Switch<Name extends string>(props: {
  readonly name: string;
  readonly label: string;
  readonly items: readonly {
    readonly value: Name;
    readonly text: string;
    readonly title?: string;
  }[];
  readonly chosen: Name;
  readonly onChoose?: (value: Name) => void;
}) {
  const { onChoose } = props;
  return (
    <div class="seg scroll" role="group" aria-label={props.label}>
      {props.items.map(({ value, text, title }) => (
        <button
          key={value}
          type="submit"
          form="view"
          name={props.name}
          value={value}
          aria-pressed={aria(props.chosen === value)}
          title={title}
          onClick={(event) => {
            if (onChoose === undefined) return;
            event.preventDefault();
            onChoose(value);
          }}
        >
          {text}
        </button>
      ))}
    </div>
  );
}

const METRIC_ITEMS = TODAY_METRICS.map((value) => ({ value, text: METRIC_STYLES[value].button }));
const RANGE_ITEMS = RANGES.map((value) => {
  const { button, heading } = RANGE_STYLES[value];
  return { value, text: button, title: button === heading ? undefined : heading };
});

/** The points of the line as a table, newest first. */
function PointTable(props: { points: readonly (readonly [string, string])[]; name: string }) {
  return (
    <div class="points when-open" tabindex={0} role="region" aria-label="Points of the line">
      <table class="tbl">
        <thead>
          <tr>
            <th scope="col" class="t">New York</th>
            <th scope="col">{props.name}</th>
          </tr>
        </thead>
        <tbody>
          {props.points.map(([time, value]) => (
            <tr key={time}>
              <th scope="row" class="t">{time}</th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** One metric over a stretch of time, live at its end, foldable to a sentence. */
export function TodayView(props: TodayProps) {
  const { heading } = RANGE_STYLES[props.range];
  return (
    <section class={props.isFolded ? "sec folded" : "sec"} id="today" aria-label={heading}>
      <header>
        <button
          type="button"
          class="fold-btn"
          aria-expanded={aria(!props.isFolded)}
          aria-controls="today-plot"
          onClick={props.onFold}
        >
          <h2>{heading}</h2>
        </button>
        <span class="note when-shut" data-n="summary">{props.summary}</span>
        <div class="tools">
          <Switch
            name="range"
            label="Period"
            items={RANGE_ITEMS}
            chosen={props.range}
            onChoose={props.onRange}
          />
          <Switch
            name="metric"
            label="Metric"
            items={METRIC_ITEMS}
            chosen={props.metric}
            onChoose={props.onMetric}
          />
          {props.onTable !== undefined && (
            <button
              type="button"
              class="btn quiet small"
              aria-pressed={aria(props.isTableOpen === true)}
              onClick={props.onTable}
            >
              Table
            </button>
          )}
        </div>
        <span class="note reach when-open" data-n="note">{props.note}</span>
      </header>
      <div class="plot when-open" id="today-plot" role="img" aria-label={props.summary}>
        <Still>
          <StaticLine {...props.picture} />
        </Still>
      </div>
      {props.isTableOpen && (
        <PointTable points={props.table ?? []} name={METRIC_STYLES[props.metric].name} />
      )}
    </section>
  );
}
