import type { Figure } from "@/lib/portfolio/overview/figure.ts";

/** A number in one of its four states; its element is the one that ticks are written into. */
export function FigureText(props: { figure: Figure; id?: string; class?: string }) {
  const { figure } = props;
  return (
    <data
      class={props.class === undefined ? "n" : `n ${props.class}`}
      data-n={props.id}
      data-s={figure.state === "live" ? undefined : figure.state}
      data-pl={figure.tone === "" ? undefined : figure.tone}
    >
      {figure.text}
    </data>
  );
}
