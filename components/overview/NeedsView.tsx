import type { Need } from "@/lib/portfolio/overview/needs.ts";

/** What wants the reader, the gravest first; says so when nothing does. */
export function NeedsView(props: { needs: readonly Need[] }) {
  const { needs } = props;
  return (
    <section class="sec" id="needs" aria-label="Needs you">
      <header>
        <h2>Needs you</h2>
        <span class="note">{needs.length === 0 ? "nothing open" : `${needs.length} open`}</span>
      </header>
      <div class="notices" tabindex={needs.length > 0 ? 0 : undefined}>
        {needs.length === 0 && (
          <p class="note calm">Every leg has a value, and desk and broker agree.</p>
        )}
        {needs.map((need) => (
          <div key={need.id} class={need.rank === "note" ? "notice" : `notice ${need.rank}`}>
            <b>{need.title}</b>
            <span />
            <span class="when">{need.since}</span>
            <p>
              {need.text}
              {need.more !== undefined && (
                <>
                  {" "}
                  <a class="side-by-side" href={need.more.href}>{need.more.words}</a>
                </>
              )}
            </p>
          </div>
        ))}
      </div>
    </section>
  );
}
