import { MARKET_EVENT } from "../domain/market_data.ts";
import type { BookState } from "./book_state.ts";
import { addContracts, markRows, rebuildCells, settleCells } from "./cells.ts";
import { CONTRACT } from "./contract_columns.ts";
import { chooseGreeks } from "./ladder.ts";
import { placeOfUnderlying } from "./insertion.ts";
import type { TouchedHandles } from "./market_view.ts";
import { noteQuote } from "./mid_iv.ts";
import {
  DRIVER_MOVE,
  moveMark,
  refreshDriver,
  repriceDriver,
  revalueContract,
  valueNewContract,
  valueNewRow,
  writeUnderlyingPrice,
} from "./revalue.ts";
import { moveBrokerGreeks, takeSource } from "./row_greeks.ts";
import type { Relaid } from "./relayout.ts";
import { writeHolding, writeMarks } from "./row_marks.ts";

const QUOTE_BIT = 1 << (MARKET_EVENT.quote - 1);
const GREEKS_BIT = 1 << (MARKET_EVENT.greeks - 1);
const MARK_BITS = ~GREEKS_BIT;

/**
 * One revaluation: collects the drivers that have to be repriced, then reprices each once and sums
 * each underlying once. The lists are reused from message to message.
 */
export class Revaluation {
  readonly #state: BookState;
  #moves = new Uint8Array(0);
  #drivers = new Int32Array(0);
  #driverCount = 0;
  #isUnderlyingDirty = new Uint8Array(0);
  #underlyings = new Int32Array(0);
  #underlyingCount = 0;
  /** Driver at which the next look at states goes on. */
  #nextDriver = 0;

  constructor(state: BookState) {
    this.#state = state;
  }

  /**
   * Takes over a new layout: values what is new in it and sums the cells that it touched. Nothing
   * is dirty afterwards.
   */
  takeRelaid(relaid: Relaid): void {
    this.#resize();
    const state = this.#state;
    const { tables, tick } = state;
    for (const d of relaid.drivers) refreshDriver(state, d);
    for (const r of relaid.rows) {
      writeHolding(state, r);
      tables.rowChanged[r] = tick;
    }
    for (const c of relaid.contracts) valueNewContract(state, c);
    const isNew = new Set(relaid.contracts);
    for (const r of relaid.rows) {
      if (!isNew.has(tables.rowContract[r])) valueNewRow(state, tables.rowContract[r]);
    }
    for (const id of relaid.underlyingIds) {
      const u = placeOfUnderlying(tables, id);
      if (tables.underlyingIds[u] === id && u < tables.underlyings) settleCells(tables, u, tick);
    }
  }

  #resize(): void {
    const { drivers, underlyings } = this.#state.tables.room;
    if (this.#moves.length < drivers) {
      this.#moves = new Uint8Array(drivers);
      this.#drivers = new Int32Array(drivers);
    }
    if (this.#isUnderlyingDirty.length < underlyings) {
      this.#isUnderlyingDirty = new Uint8Array(underlyings);
      this.#underlyings = new Int32Array(underlyings);
    }
  }

  /** Notes that a driver's contracts are to be repriced; `move` of DRIVER_MOVE. */
  touchDriver(driver: number, move: number): void {
    if (move === DRIVER_MOVE.none) return;
    if (this.#moves[driver] === DRIVER_MOVE.none) this.#drivers[this.#driverCount++] = driver;
    this.#moves[driver] = Math.max(this.#moves[driver], move);
  }

  /** Notes that the cells of an underlying are to be summed anew. */
  touchUnderlying(underlying: number): void {
    if (this.#isUnderlyingDirty[underlying] === 1) return;
    this.#isUnderlyingDirty[underlying] = 1;
    this.#underlyings[this.#underlyingCount++] = underlying;
  }

  /**
   * Takes over what changed on the board; true when any of it concerns the book. First every spot,
   * then every quote, so that what came in one message is valued together.
   */
  touchMarket(touched: TouchedHandles): boolean {
    const { tables } = this.#state;
    let isConcerned = false;
    for (let i = 0; i < touched.count; i++) {
      const driver = tables.driverOfHandle[touched.handles[i]];
      if (driver < 0) continue;
      isConcerned = true;
      this.touchDriver(driver, refreshDriver(this.#state, driver));
      this.#writePrice(driver);
    }
    for (let i = 0; i < touched.count; i++) {
      const contract = tables.contractOfHandle[touched.handles[i]];
      if (contract < 0) continue;
      isConcerned = true;
      this.#touchContract(contract, touched.kinds[touched.handles[i]]);
    }
    return isConcerned;
  }

  /**
   * Looks at the next drivers and their contracts anew, about `contractsMax` of them and one driver
   * at least, going round, as time and feeds moved without a market event. True when anything is to
   * be valued.
   */
  refreshStates(contractsMax: number): boolean {
    const { tables } = this.#state;
    const { contractFrom } = tables.driver;
    let contracts = 0;
    for (let i = 0; i < tables.drivers; i++) {
      const d = this.#nextDriver < tables.drivers ? this.#nextDriver : 0;
      contracts += contractFrom[d + 1] - contractFrom[d];
      if (i > 0 && contracts > contractsMax) break;
      this.#nextDriver = d + 1;
      this.touchDriver(d, refreshDriver(this.#state, d));
      this.#writePrice(d);
      for (let c = contractFrom[d]; c < contractFrom[d + 1]; c++) this.#refreshState(c);
    }
    return this.#driverCount > 0;
  }

  #refreshState(contract: number): void {
    const columns = this.#state.tables.contract;
    const source = columns.greeksSource[contract];
    const absence = columns.greeksAbsence[contract];
    const staleness = columns.staleness[contract];
    chooseGreeks(this.#state, contract);
    const isSame = source === columns.greeksSource[contract] &&
      absence === columns.greeksAbsence[contract] && staleness === columns.staleness[contract];
    if (isSame) return;
    takeSource(this.#state, contract);
    this.touchDriver(columns.driver[contract], DRIVER_MOVE.spot);
  }

  /** Writes the row of a holding whose quantity or fills changed, and moves its cell. */
  touchHolding(row: number): void {
    const { tables, tick } = this.#state;
    const contract = tables.rowContract[row];
    addContracts(tables, contract, contract + 1, -1);
    writeHolding(this.#state, row);
    writeMarks(this.#state, contract);
    addContracts(tables, contract, contract + 1, 1);
    markRows(tables, contract, tick);
  }

  /** Values the underlyings `from` up to, not including, `to` anew, from all their inputs. */
  touchAll(from = 0, to: number = this.#state.tables.underlyings): void {
    const { tables } = this.#state;
    const { driver, driverFrom } = tables;
    for (let d = driverFrom[from]; d < driverFrom[to]; d++) {
      refreshDriver(this.#state, d);
      this.touchDriver(d, DRIVER_MOVE.state);
    }
    const end = driver.contractFrom[driverFrom[to]];
    for (let c = driver.contractFrom[driverFrom[from]]; c < end; c++) writeMarks(this.#state, c);
    for (let u = from; u < to; u++) this.touchUnderlying(u);
  }

  /** Reprices what was noted and sums the cells of its underlyings; false when nothing was. */
  run(): boolean {
    const { tables, tick } = this.#state;
    if (this.#driverCount === 0 && this.#underlyingCount === 0) return false;
    for (let i = 0; i < this.#driverCount; i++) {
      const driver = this.#drivers[i];
      repriceDriver(this.#state, driver, this.#moves[driver] === DRIVER_MOVE.state);
      this.#moves[driver] = DRIVER_MOVE.none;
      this.touchUnderlying(tables.driver.underlying[driver]);
    }
    this.#driverCount = 0;
    for (let i = 0; i < this.#underlyingCount; i++) {
      const underlying = this.#underlyings[i];
      rebuildCells(tables, underlying, tick);
      this.#isUnderlyingDirty[underlying] = 0;
    }
    this.#underlyingCount = 0;
    return true;
  }

  #touchContract(contract: number, kinds: number): void {
    const state = this.#state;
    const columns = state.tables.contract;
    const isQuoted = columns.kind[contract] === CONTRACT.option && (kinds & QUOTE_BIT) !== 0;
    if (isQuoted) noteQuote(state, contract);
    if (this.#moves[columns.driver[contract]] !== DRIVER_MOVE.none) {
      // Its driver is repriced below and its cells are summed anew.
      chooseGreeks(state, contract);
      takeSource(state, contract);
      writeMarks(state, contract);
      return;
    }
    if (kinds === GREEKS_BIT && moveBrokerGreeks(state, contract)) return;
    if ((kinds & GREEKS_BIT) === 0 && moveMark(state, contract)) return;
    revalueContract(state, contract, (kinds & MARK_BITS) !== 0);
  }

  #writePrice(driver: number): void {
    const { tables, tick } = this.#state;
    const underlying = tables.driver.underlying[driver];
    if (tables.primaryDriver[underlying] !== driver) return;
    if (writeUnderlyingPrice(this.#state, underlying)) tables.underlyingChanged[underlying] = tick;
  }
}
