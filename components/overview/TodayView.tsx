import { aria } from "@/components/aria.ts";
import {
  METRIC_STYLES,
  TODAY_METRICS,
  type TodayMetric,
} from "@/lib/portfolio/overview/metrics.ts";
import { Still } from "@/components/Still.tsx";
import { StaticLine, type StaticLineProps } from "@/components/overview/StaticLine.tsx";

/** What the section of today is drawn from. */
export interface TodayProps {
  readonly metric: TodayMetric;
  readonly line: StaticLineProps;
  /** "USD, one point a second". */
  readonly note: string;
  /** Result, range and gaps in words: what the folded section says. */
  readonly summary: string;
  readonly isFolded: boolean;
  readonly onFold?: () => void;
  readonly onMetric?: (metric: TodayMetric) => void;
  readonly isTableOpen?: boolean;
  readonly table?: readonly (readonly [string, string])[];
  readonly onTable?: () => void;
}

function MetricSwitch(props: Pick<TodayProps, "metric" | "onMetric">) {
  return (
    <div class="seg scroll" role="group" aria-label="Metric">
      {TODAY_METRICS.map((metric) => (
        <button
          key={metric}
          type="submit"
          form="view"
          name="metric"
          value={metric}
          aria-pressed={aria(props.metric === metric)}
          onClick={(event) => {
            if (props.onMetric === undefined) return;
            event.preventDefault();
            props.onMetric(metric);
          }}
        >
          {METRIC_STYLES[metric].button}
        </button>
      ))}
    </div>
  );
}

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

/** Today: a live line of one metric since the start, foldable to a sentence. */
export function TodayView(props: TodayProps) {
  return (
    <section class={props.isFolded ? "sec folded" : "sec"} id="today" aria-label="Today">
      <header>
        <button
          type="button"
          class="fold-btn"
          aria-expanded={aria(!props.isFolded)}
          aria-controls="today-plot"
          onClick={props.onFold}
        >
          <h2>Today</h2>
        </button>
        <span class="note when-open" data-n="note">{props.note}</span>
        <span class="note when-shut" data-n="summary">{props.summary}</span>
        <div class="tools">
          <MetricSwitch metric={props.metric} onMetric={props.onMetric} />
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
      </header>
      <div class="plot when-open" id="today-plot" role="img" aria-label={props.summary}>
        <Still>
          <StaticLine {...props.line} />
        </Still>
      </div>
      {props.isTableOpen && <PointTable points={props.table ?? []} name={props.note} />}
    </section>
  );
}
