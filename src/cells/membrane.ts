/**
 * What channels are to the cable solver: a function that, once a step, moves its gates on to the new potential and says
 * which current flows and how it changes with the potential.
 *
 * @module
 */
import type { Arena } from "../kernels/arena.js";
import type { Cell } from "./cell.js";

/**
 * Cells of one topology that are advanced together, 1 or 2 interleaved: element (node, lane) of a column stands at
 * place[node]·lanes + lane. Columns have `length` elements, an even number.
 */
export interface MembraneGroup {
  readonly cells: readonly Cell[];
  readonly nodes: number;
  /** Place of each node in the solver's order. */
  readonly place: Int32Array;
  readonly length: number;
  /** Address of the group's descriptor, which the membrane function is called with. */
  readonly descriptor: number;
  /** Addresses of f64 columns: potential (mV), current density (µA/cm², outwards) and its slope dI/dV (mS/cm²). */
  readonly V: number;
  readonly current: number;
  readonly conductance: number;
}

/** Where the states of a cell's membrane stand in memory: what a checkpoint holds of it. */
export interface StatePlaces {
  /** Addresses of f64, in an order that is the same for equal cells. */
  readonly places: readonly number[];
  /** [from, to]: what is there twice, to be copied when the places have been written. */
  readonly copies: readonly (readonly [number, number])[];
}

/** A membrane in place: its functions take the descriptor of a group. */
export interface PlacedMembrane {
  /** Sets gates to their steady state at the present V, and current and conductance with them. */
  start(group: number): void;
  /** Moves gates on by dt at the present V, then writes current and conductance. Called by the kernel. */
  advance(group: number): void;
  places?(group: number, lane: number): StatePlaces;
  /** A state such as "NaTs.m" of one cell of a group, a value per node; NaN where it is not. */
  state?(group: number, lane: number, name: string): Float64Array | undefined;
}

/** Something with a current through the membrane of a cell. */
export interface Membrane {
  /** Reserves memory for the groups; `dt` in ms. The result is called once the memory is made. */
  reserve(
    arena: Arena,
    groups: readonly MembraneGroup[],
    dt: number,
  ): (memory: WebAssembly.Memory) => Promise<PlacedMembrane>;
}

/** Views of one group's columns. */
export interface MembraneColumns {
  readonly cells: readonly Cell[];
  readonly place: Int32Array;
  readonly V: Float64Array;
  readonly current: Float64Array;
  readonly conductance: Float64Array;
}

/**
 * A membrane written in TypeScript: for tests and for trying things out, since each step calls it from the kernel.
 *
 * @param step fills current and conductance from V; `isStart` is true when it is called before the first step.
 */
export function membraneFunction(step: (columns: MembraneColumns, dt: number, isStart: boolean) => void): Membrane {
  return {
    reserve: (arena, groups, dt) => async () => {
      const byGroup = new Map(
        groups.map((group) => {
          const column = (at: number): Float64Array => arena.f64(at, group.length);
          const columns: MembraneColumns = {
            cells: group.cells,
            place: group.place,
            V: column(group.V),
            current: column(group.current),
            conductance: column(group.conductance),
          };
          return [group.descriptor, columns];
        }),
      );
      return {
        start: (group) => step(byGroup.get(group)!, dt, true),
        advance: (group) => step(byGroup.get(group)!, dt, false),
      };
    },
  };
}
