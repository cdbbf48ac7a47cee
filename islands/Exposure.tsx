import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { type ColumnId, type Measure, nextSort } from "@/lib/portfolio/overview/columns.ts";
import { downNote } from "@/lib/portfolio/overview/feed_bar.ts";
import { COOKIE_TEXT } from "@/lib/portfolio/overview/preferences.ts";
import { sideCells } from "@/lib/portfolio/overview/summary.ts";
import type { PageMode } from "@/lib/stream/protocol/messages.ts";
import { type ExposureProps, ExposureView } from "@/components/overview/ExposureView.tsx";
import { OrderOffer, TableTools } from "@/components/overview/TableTools.tsx";
import { writeAddress } from "@/components/live/address.ts";
import { keep } from "@/components/live/cookies.ts";
import { desk } from "@/components/live/desk.ts";
import { ExposureTable } from "@/components/live/exposure.ts";
import { figureNodes } from "@/components/live/figure_list.ts";
import { answerRowKeys } from "@/components/live/row_keys.ts";
import { copyTable, totalFor } from "@/components/live/table_acts.ts";

/** What the exposure table goes on from. */
export type ExposureIslandProps =
  & Omit<ExposureProps, "onSort" | "onMeasure" | "onSide" | "offer" | "tools">
  & { readonly open: readonly string[]; readonly mode: PageMode };

/** The exposure table, live: rows keep their element, numbers are written in place. */
export default function Exposure(props: ExposureIslandProps) {
  const root = useRef<HTMLDivElement>(null);
  const live = useRef<ExposureTable | null>(null);
  const state = {
    columns: useSignal(props.columns),
    sort: useSignal(props.sort),
    measure: useSignal(props.measure),
    side: useSignal(props.side),
    open: useSignal<ReadonlySet<string>>(new Set(props.open)),
    find: useSignal(""),
  };
  const hasOtherOrder = useSignal(false);
  const down = useComputed(() => {
    // Both are read whatever follows: the page goes on its way without another sign.
    const [feeds, link] = [desk.feeds.value, desk.link.value];
    return desk.scope === null ? props.down : downNote(feeds, link);
  });
  const rebuild = () => {
    if (desk.scope !== null) live.current?.rebuild(desk.scope);
  };
  const toggle = (symbol: string) => {
    const open = new Set(state.open.peek());
    if (!open.delete(symbol)) open.add(symbol);
    state.open.value = open;
    writeAddress({ open: [...open] });
    rebuild();
  };
  useEffect(() => {
    const table = root.current?.querySelector("table");
    if (table === null || table === undefined) return;
    const exposure = new ExposureTable(table, { ...state, hasOtherOrder });
    live.current = exposure;
    const sides = figureNodes(root.current?.querySelector<HTMLElement>(".sides") ?? null);
    const ends = [
      desk.onFrame((frame) => {
        exposure.frame(frame);
        sides.set(sideCells(frame.scope), frame);
      }),
      desk.onBeat((frame) => exposure.beat(frame)),
      answerRowKeys(table, exposure, toggle),
    ];
    const scrolled = () => requestAnimationFrame(() => exposure.scrolled());
    globalThis.addEventListener("scroll", scrolled, { passive: true });
    globalThis.addEventListener("resize", scrolled, { passive: true });
    return () => {
      for (const end of ends) end();
      globalThis.removeEventListener("scroll", scrolled);
      globalThis.removeEventListener("resize", scrolled);
    };
  }, []);
  const sortBy = (column: ColumnId) => {
    state.sort.value = nextSort(state.sort.peek(), column);
    keep("sort", COOKIE_TEXT.sort(state.sort.value));
    rebuild();
  };
  const setMeasure = (measure: Measure) => {
    state.measure.value = measure;
    state.sort.value = { column: measure, isDescending: true };
    keep("measure", measure);
    keep("sort", COOKIE_TEXT.sort(state.sort.value));
    rebuild();
  };
  return (
    <div ref={root}>
      <ExposureView
        {...props}
        columns={state.columns.value}
        total={totalFor(state.columns.value, props)}
        sort={state.sort.value}
        measure={state.measure.value}
        side={state.side.value}
        down={down.value}
        onSort={sortBy}
        onMeasure={setMeasure}
        onSide={(side) => {
          state.side.value = side;
          writeAddress({ side });
          rebuild();
        }}
        offer={<OrderOffer hasOtherOrder={hasOtherOrder} onTake={rebuild} />}
        tools={
          <TableTools
            columns={state.columns}
            find={state.find}
            onChange={rebuild}
            onCopy={() => copyTable(live.current, state.columns.peek(), props.mode)}
          />
        }
      />
    </div>
  );
}
