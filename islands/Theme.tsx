import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Theme as ThemeName } from "@/lib/portfolio/overview/preferences.ts";
import { ThemeView } from "@/components/shell/ThemeView.tsx";
import { answer } from "@/components/live/commands.ts";
import { chooseTheme } from "@/components/live/theme.ts";

const NEXT: Readonly<Record<ThemeName, ThemeName>> = {
  light: "dark",
  dark: "auto",
  auto: "light",
};

/** The theme switch, kept on this device. */
export default function Theme(props: { readonly theme: ThemeName }) {
  const theme = useSignal(props.theme);
  const choose = (next: ThemeName) => {
    theme.value = next;
    chooseTheme(next);
  };
  useEffect(() => answer("theme", () => choose(NEXT[theme.peek()])), []);
  return <ThemeView theme={theme.value} onChoose={choose} />;
}
