import { aria } from "@/components/aria.ts";
import type { Theme } from "@/lib/portfolio/overview/preferences.ts";

const THEMES: readonly (readonly [Theme, string])[] = [
  ["light", "Light"],
  ["dark", "Dark"],
  ["auto", "Auto"],
];

/** The theme switch. */
export function ThemeView(props: { theme: Theme; onChoose?: (theme: Theme) => void }) {
  return (
    <div class="seg" role="group" aria-label="Theme">
      {THEMES.map(([theme, name]) => (
        <button
          key={theme}
          type="button"
          aria-pressed={aria(props.theme === theme)}
          onClick={() => props.onChoose?.(theme)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
