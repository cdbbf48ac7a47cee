import type { ComponentChildren } from "preact";

/** A page without a book: a sentence and what to do. */
export function Plain(props: { title: string; children: ComponentChildren }) {
  return (
    <main class="plain" id="main" tabindex={-1}>
      <a class="brand" href="/">Deltadesk</a>
      <h1>{props.title}</h1>
      {props.children}
    </main>
  );
}
