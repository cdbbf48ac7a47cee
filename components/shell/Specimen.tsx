import type { PageMode } from "@/lib/stream/protocol/messages.ts";
import { modeFlag } from "@/lib/portfolio/overview/feed_bar.ts";

const WIDTH = 900;
const MIDDLE = 140;
const STEPS = 50;

/** One wave of the guilloche: two sines under an envelope that swells in the middle. */
function wave(phase: number): string {
  const points: string[] = [];
  for (let i = 0; i <= STEPS; i++) {
    const t = i / STEPS;
    const envelope = Math.sin(Math.PI * t) ** 0.5;
    const swing = 44 * Math.sin(2 * Math.PI * (2.3 * t) + phase) +
      30 * Math.sin(2 * Math.PI * (5.1 * t) + 2 * phase);
    points.push(`${Math.round(t * WIDTH)} ${(MIDDLE + envelope * swing).toFixed(1)}`);
  }
  return `M${points.join("L")}`;
}

const WAVES = Array.from({ length: 6 }, (_, i) => wave(i * Math.PI / 3));

/** The mark of pages without real money, behind the text; pages with any have none. */
export function Specimen(props: { mode: PageMode }) {
  const flag = modeFlag(props.mode);
  if (flag === null || props.mode === "mixed") return null;
  return (
    <svg class="specimen" viewBox="0 50 900 180" aria-hidden="true">
      <g fill="none" stroke="currentColor" stroke-width=".9" opacity=".6">
        {WAVES.map((d, i) => <path key={i} d={d} />)}
      </g>
      <text class="specimen-name" x="450" y="172" text-anchor="middle" font-size="118">
        {flag.name}
      </text>
    </svg>
  );
}
