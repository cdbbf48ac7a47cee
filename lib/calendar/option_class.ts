import type { SessionClass } from "./sessions.ts";

/** When an option's final value is taken: at the open or at the close of its last session. */
export type Settlement = "AM" | "PM";

/** Hours and settlement that an option root (trading class) has by its exchange's rules. */
export interface OptionClass {
  readonly sessionClass: SessionClass;
  readonly settlement: Settlement;
  /**
   * The close that ends a PM contract's own last day: cash-settled index options of the 16:15
   * classes stop at the regular close on that day, ETF options of these classes do not.
   */
  readonly lastDayClose: "regular" | "late";
}

const PLAIN: OptionClass = { sessionClass: "equity", settlement: "PM", lastDayClose: "regular" };
const LATE_ETF: OptionClass = {
  sessionClass: "lateOption",
  settlement: "PM",
  lastDayClose: "late",
};
const INDEX_PM: OptionClass = {
  sessionClass: "lateOption",
  settlement: "PM",
  lastDayClose: "regular",
};
const INDEX_AM: OptionClass = {
  sessionClass: "lateOption",
  settlement: "AM",
  lastDayClose: "regular",
};
const FUTURE_AM: OptionClass = {
  sessionClass: "futures",
  settlement: "AM",
  lastDayClose: "regular",
};
const FUTURE_PM: OptionClass = {
  sessionClass: "futures",
  settlement: "PM",
  lastDayClose: "regular",
};

const INDEX_AM_ROOTS = "SPX NDX RUT VIX VIXW DJX".split(" ");
const INDEX_PM_ROOTS = "SPXW SPXPM XSP NDXP XND RUTW MRUT OEX XEO".split(" ");

/** Source: lists of classes that trade until 16:15, Cboe trading hours and brokers' help pages. */
const LATE_ETF_ROOTS = [
  "AMJ DBA DBB DBC DBO DIA EEM EFA GAZ GLD IWM IWN IWO IWV KBE KRE MDY MOO OEF OIL QQQ SLX SPY",
  "SVIX SVXY UNG UUP UVIX UVXY VIXM VIXY VXX VXZ XHB XLB XLC XLE XLF XLI XLK XLP XLRE XLU XLV XLY",
  "XME XRT",
].join(" ").split(" ");

const CLASS_BY_ROOT: ReadonlyMap<string, OptionClass> = new Map([
  ...INDEX_AM_ROOTS.map((root) => [root, INDEX_AM] as const),
  ...INDEX_PM_ROOTS.map((root) => [root, INDEX_PM] as const),
  ...LATE_ETF_ROOTS.map((root) => [root, LATE_ETF] as const),
]);

/** Quarterly options on CME equity index futures; weekly and month-end roots are others. */
const QUARTERLY_FUTURE_ROOTS: ReadonlySet<string> = new Set(["ES", "MES", "NQ", "MNQ", "RTY"]);

/** Digits at the end of an OCC root mark an adjusted contract, which keeps its class's hours. */
const ADJUSTED = /\d$/;

/**
 * Class of an option listed on the US option exchanges, by its OCC root ("SPXW", "SPY", "AAPL").
 *
 * A root that is in no list trades in equity hours and settles PM. The roots are today's; what a
 * broker states about a contract wins over this table.
 */
export function listedOptionClass(root: string): OptionClass {
  return CLASS_BY_ROOT.get(root) ?? CLASS_BY_ROOT.get(root.replace(ADJUSTED, "")) ?? PLAIN;
}

/**
 * Class of an option on a CME equity index future, by its root: "ES" quarterly (opening of the
 * third Friday), any other, such as "EW3", "E1A" or "EW", weekly or month-end (close, 16:00).
 */
export function futureOptionClass(root: string): OptionClass {
  return QUARTERLY_FUTURE_ROOTS.has(root) ? FUTURE_AM : FUTURE_PM;
}
