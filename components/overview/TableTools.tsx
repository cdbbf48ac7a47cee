import { aria } from "@/components/aria.ts";
import type { Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ColumnId } from "@/lib/portfolio/overview/columns.ts";
import { COOKIE_TEXT } from "@/lib/portfolio/overview/preferences.ts";
import { ColumnsMenu } from "@/components/overview/ColumnsMenu.tsx";
import { answer } from "@/components/live/commands.ts";
import { keep } from "@/components/live/cookies.ts";

/** Tools over the table: the offered order, the find field, columns, copy. */
export function TableTools(props: {
  readonly columns: Signal<readonly ColumnId[]>;
  readonly find: Signal<string>;
  readonly onChange: () => void;
  readonly onCopy: () => void;
}) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => answer("find", () => field.current?.select()), []);
  return (
    <>
      <input
        ref={field}
        class="in find"
        type="search"
        placeholder="Find  /"
        aria-label="Find an underlying"
        value={props.find.value}
        onInput={(event) => {
          props.find.value = event.currentTarget.value;
          props.onChange();
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape") event.currentTarget.blur();
        }}
      />
      <ColumnsMenu
        columns={props.columns.value}
        onChange={(columns) => {
          props.columns.value = columns;
          keep("columns", COOKIE_TEXT.columns(columns));
          props.onChange();
        }}
      />
      <button type="button" class="btn quiet small" onClick={props.onCopy}>Copy CSV</button>
    </>
  );
}

/** Offers another order, which waits while the reader is in the table. Its slot is always there. */
export function OrderOffer(props: {
  readonly hasOtherOrder: Signal<boolean>;
  readonly onTake: () => void;
}) {
  return (
    <button
      type="button"
      class="btn quiet small offer"
      aria-hidden={aria(!props.hasOtherOrder.value)}
      disabled={!props.hasOtherOrder.value}
      onClick={props.onTake}
    >
      Re-sort
    </button>
  );
}
