/**
 * Currents through the membrane of a cell, and the potential that they make at electrodes outside: each compartment is a line
 * source (Holt & Koch 1999, J Comput Neurosci 6:169) in an infinite medium of one conductivity.
 *
 * Units: um, pA, S/m; potentials in uV, since pA/(S/m·um) = uV.
 *
 * @module
 */
import { requireFinite, requirePositive } from "../core/arguments.js";
import { WbeError } from "../core/errors.js";
import { log } from "../core/math.js";
import type { LongCallOptions } from "../core/progress.js";
import { toSteps } from "../core/time.js";
import type { CableSimulation } from "./cable-simulation.js";
import type { Cell } from "./cell.js";
import { type Clamp, clampSteps } from "./clamps.js";
import type { CompartmentTree } from "./tree.js";

export interface Electrodes {
  /** x, y, z in the coordinates of the morphology, um. */
  readonly positions: readonly (readonly [x: number, y: number, z: number])[];
  /** Of the medium, S/m; default 0.3. */
  readonly conductivity?: number;
  /** "line" (default), or "point": the current of each compartment comes from its middle. */
  readonly source?: "line" | "point";
}

/**
 * Current through the membrane of each node, pA, positive outwards: what flows in along the cell and through `injected`
 * (pA per node). Its sum is the injected current; junctions have none.
 */
export function membraneCurrents(cell: Cell, V: Float64Array, injected?: Float64Array): Float64Array {
  const { n, parent } = cell.tree;
  const currents = new Float64Array(n);
  if (injected) currents.set(injected);
  for (let i = 1; i < n; i++) {
    const p = parent[i]!;
    const inward = cell.axial[i]! * (V[p]! - V[i]!);
    currents[i]! += inward;
    currents[p]! -= inward;
  }
  return currents;
}

/**
 * uV at each electrode per pA out of each node: `weights[electrode][node]`. An electrode nearer than the radius of a
 * compartment stands at that radius, as in LFPy.
 *
 * @throws WbeError ARGUMENT for positions or a conductivity that make no sense.
 */
export function extracellularWeights(cell: Cell, electrodes: Electrodes): Float64Array[] {
  const { conductivity = 0.3, source = "line", positions } = electrodes;
  requirePositive(conductivity, "the conductivity (S/m)");
  if (source !== "line" && source !== "point") {
    throw new WbeError("NAME_UNKNOWN", `unknown source "${String(source)}"`, { remedy: 'Use "line" or "point".' });
  }
  const { tree } = cell;
  const ends = compartmentEnds(tree);
  return positions.map((position, e) => {
    for (const x of position) requireFinite(x, "a coordinate (um)", `electrode ${e}`);
    return Float64Array.from({ length: tree.n }, (_, i) => {
      if (tree.section[i]! < 0) return 0;
      const at = ends.subarray(6 * i, 6 * i + 6);
      const perCurrent =
        source === "line"
          ? linePotential(at, position, tree.diameter[i]! / 2)
          : pointPotential(at, position, tree.diameter[i]! / 2);
      return perCurrent / (4 * Math.PI * conductivity);
    });
  });
}

export interface ExtracellularRecord {
  /** ms, from the time of the simulation on. */
  readonly t: Float64Array;
  /** One row per electrode, uV. */
  readonly potentials: readonly Float64Array[];
}

/**
 * Runs a simulation on for `duration` ms and records the potential at electrodes, every `interval` ms (default: its step).
 *
 * @param options.cell index of the cell; default 0.
 * @param options.clamps those the simulation was made with, whose currents enter the cell where they stand.
 * @throws WbeError as CableSimulation.run.
 */
export async function recordExtracellular(
  simulation: CableSimulation,
  electrodes: Electrodes,
  duration: number,
  options: LongCallOptions & { cell?: number; interval?: number; clamps?: readonly Clamp[] } = {},
): Promise<ExtracellularRecord> {
  const { cell: index = 0, clamps = [], signal, onProgress } = options;
  const { dt } = simulation;
  const cell = simulation.cells[index];
  if (!cell) throw new WbeError("ARGUMENT", `expected one of ${simulation.cells.length} cells, found ${index}`);
  const every = Math.max(1, toSteps(options.interval ?? dt, dt, "the interval"));
  const weights = extracellularWeights(cell, electrodes);
  const own = clamps
    .filter((clamp) => (clamp.cell ?? 0) === index)
    .map((clamp) => ({ node: clamp.site.node, steps: clampSteps(clamp, dt) }));
  const first = Math.round(simulation.time / dt);
  const samples = Math.floor(toSteps(duration, dt, "the duration") / every) + 1;
  const t = new Float64Array(samples);
  const potentials = weights.map(() => new Float64Array(samples));
  const injected = new Float64Array(cell.tree.n);
  for (let k = 0; k < samples; k++) {
    if (k > 0) await simulation.run(every * dt, { signal });
    const step = first + k * every;
    const V = simulation.potentials(index);
    injected.fill(0);
    for (const { node, steps } of own) {
      // The current of the step that ends now.
      const active = steps.find(({ from, until }) => from < step && step <= until);
      if (active) injected[node]! += active.current + active.conductance * (active.potential - V[node]!);
    }
    const currents = membraneCurrents(cell, V, injected);
    t[k] = step * dt;
    weights.forEach((row, e) => {
      potentials[e]![k] = row.reduce((sum, weight, i) => sum + weight * currents[i]!, 0);
    });
    onProgress?.(k + 1, samples);
  }
  return { t, potentials };
}

/** x, y, z of the start and the end of each compartment, along its section. */
function compartmentEnds(tree: CompartmentTree): Float64Array {
  const ends = new Float64Array(6 * tree.n);
  for (let i = 0; i < tree.n; i++) {
    const s = tree.section[i]!;
    if (s < 0) continue;
    const section = tree.sections[s]!;
    const half = 0.5 / tree.counts[s]!;
    [-half, half].forEach((offset, end) => {
      const arc = Math.min(1, Math.max(0, tree.x[i]! + offset)) * section.length;
      let k = 0;
      while (k < section.arc.length - 2 && section.arc[k + 1]! < arc) k++;
      const piece = section.arc[k + 1]! - section.arc[k]!;
      const share = piece > 0 ? (arc - section.arc[k]!) / piece : 0;
      [section.x, section.y, section.z].forEach((column, axis) => {
        ends[6 * i + 3 * end + axis] = column[k]! + share * (column[k + 1]! - column[k]!);
      });
    });
  }
  return ends;
}

/** (1/L)·∫ ds/distance over the line, 1/um. */
function linePotential(ends: Float64Array, [x, y, z]: readonly [number, number, number], radius: number): number {
  const [ax, ay, az] = [ends[3]! - ends[0]!, ends[4]! - ends[1]!, ends[5]! - ends[2]!];
  const length = Math.sqrt(ax * ax + ay * ay + az * az);
  // A section that turns back upon itself may end where it starts.
  if (length === 0) return pointPotential(ends, [x, y, z], radius);
  const [dx, dy, dz] = [x - ends[0]!, y - ends[1]!, z - ends[2]!];
  const along = (dx * ax + dy * ay + dz * az) / length;
  const beside = Math.max(dx * dx + dy * dy + dz * dz - along * along, radius * radius);
  const r = Math.sqrt(beside);
  return (arsinh((length - along) / r) - arsinh(-along / r)) / length;
}

function pointPotential(ends: Float64Array, [x, y, z]: readonly [number, number, number], radius: number): number {
  const distance = (axis: number, at: number): number => at - (ends[axis]! + ends[3 + axis]!) / 2;
  const [dx, dy, dz] = [distance(0, x), distance(1, y), distance(2, z)];
  return 1 / Math.max(Math.sqrt(dx * dx + dy * dy + dz * dz), radius);
}

function arsinh(x: number): number {
  const positive = log(Math.abs(x) + Math.sqrt(x * x + 1));
  return x < 0 ? -positive : positive;
}
