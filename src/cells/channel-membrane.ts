/**
 * The membrane of cells with channels: one kernel for each distinct set of channels, each on the compartments that have
 * that set.
 *
 * @module
 */
import { compileWat } from "../compiler/compile.js";
import { emitMembrane, membraneWords } from "../compiler/emit-membrane.js";
import { evaluateNodes } from "../compiler/evaluate.js";
import { buildMembrane, type MembraneProgram } from "../compiler/membrane.js";
import { nernst } from "../core/electrochemistry.js";
import { WbeError } from "../core/errors.js";
import type { Arena } from "../kernels/arena.js";
import { hinesWords } from "../kernels/hines.js";
import { isShared } from "../kernels/shared-memory.js";
import type { ChannelDeclaration } from "../neuron-models/channels/declaration.js";
import type { Cell } from "./cell.js";
import type { Membrane, MembraneGroup, PlacedMembrane, StatePlaces } from "./membrane.js";

/** A compartment of one lane of a group. */
interface Row {
  readonly cell: Cell;
  readonly lane: number;
  readonly node: number;
  readonly element: number;
}

/** Compartments with one set of channels in one group of cells, and where their arrays are. */
interface Patch {
  readonly group: MembraneGroup;
  readonly rows: readonly Row[];
  readonly descriptor: number;
  readonly index: number;
  readonly states: readonly number[];
  readonly columns: readonly number[];
}

interface ChannelSet {
  readonly program: MembraneProgram;
  /** Values shared by all compartments; NaN for those that differ. */
  readonly shared: ReadonlyMap<string, number>;
  readonly slots: number;
  readonly patches: readonly Patch[];
}

/** The channels that the cells declare. */
export const channelMembrane: Membrane = {
  reserve(arena, groups, dt) {
    const sets = collectSets(groups).map(({ channels, rows }) => reserveSet(arena, channels, rows, dt));
    const lists = groups.map((group) => {
      const parts = sets.flatMap(({ patches }, k) =>
        patches.filter((patch) => patch.group === group).map(({ descriptor }) => [k, descriptor] as const),
      );
      return { group, parts, at: arena.reserve(4 + 8 * parts.length) };
    });
    return async (memory) => {
      for (const { group, parts, at } of lists) {
        arena.u32(at, 1 + 2 * parts.length).set([parts.length, ...parts.flat()]);
        arena.u32(group.descriptor, hinesWords.membrane + 1)[hinesWords.membrane] = at;
      }
      for (const set of sets) fillSet(arena, set, dt);
      const kernels = await Promise.all(
        sets.map(async ({ program }) =>
          WebAssembly.instantiate(await compileWat(emitMembrane(program), isShared(memory)), { env: { memory } }),
        ),
      );
      const imports = (name: "advance" | "start") =>
        Object.fromEntries(kernels.map(({ exports }, k) => [`${name}${k}`, exports[name]!]));
      const dispatch = await WebAssembly.instantiate(await compileWat(dispatchText(sets.length), isShared(memory)), {
        env: { memory },
        kernels: { ...imports("advance"), ...imports("start") } as WebAssembly.ModuleImports,
      });
      const { advance, start } = dispatch.exports as unknown as PlacedMembrane;
      return {
        advance,
        start: (group) => {
          for (const set of sets)
            for (const patch of set.patches) if (patch.group.descriptor === group) setInitial(arena, set, patch);
          start(group);
        },
        places: (group, lane) => statePlaces(sets, group, lane),
        state: (group, lane, name) => readState(arena, sets, group, lane, name),
      };
    };
  },
};

/** Compartments of all groups by the set of channels that they have. */
function collectSets(groups: readonly MembraneGroup[]) {
  const sets = new Map<string, { channels: readonly ChannelDeclaration[]; rows: Map<MembraneGroup, Row[]> }>();
  for (const group of groups) {
    group.cells.forEach((cell, lane) => {
      const { declarations, present } = cell.channels;
      for (let node = 0; node < group.nodes; node++) {
        const own = declarations.filter(({ id }) => present.get(id)![node]);
        if (own.length === 0) continue;
        // Two cells may give one id to two declarations.
        const key = own.map((declaration) => `${declaration.id} ${identity(declaration)}`).join("|");
        const set = sets.get(key) ?? { channels: own, rows: new Map() };
        sets.set(key, set);
        const rows = set.rows.get(group) ?? [];
        set.rows.set(group, rows);
        rows.push({ cell, lane, node, element: group.place[node]! * group.cells.length + lane });
      }
    });
  }
  // In the order of memory.
  for (const { rows } of sets.values()) for (const list of rows.values()) list.sort((a, b) => a.element - b.element);
  return [...sets.values()];
}

const identities = new WeakMap<ChannelDeclaration, number>();
let nextIdentity = 0;

function identity(declaration: ChannelDeclaration): number {
  let own = identities.get(declaration);
  if (own === undefined) {
    own = nextIdentity++;
    identities.set(declaration, own);
  }
  return own;
}

function reserveSet(
  arena: Arena,
  channels: readonly ChannelDeclaration[],
  rowsOf: ReadonlyMap<MembraneGroup, Row[]>,
  dt: number,
): ChannelSet {
  const all = [...rowsOf.values()].flat();
  const probe = buildMembrane(channels);
  const shared = new Map<string, number>([["dt", dt]]);
  const differing = new Set<string>();
  for (const { name, default: value } of probe.params) {
    const values = all.map((row) => parameterAt(row, name, value));
    const isShared = values.every((v) => v === values[0]);
    shared.set(name, isShared ? values[0]! : Number.NaN);
    if (!isShared) differing.add(name);
  }
  const program = differing.size === 0 ? probe : buildMembrane(channels, differing);
  const patches = [...rowsOf].map(([group, rows]): Patch => {
    const padded = rows.length + (rows.length & 1);
    const array = (): number => arena.reserve(8 * padded);
    return {
      group,
      rows: rows.length === padded ? rows : [...rows, rows[rows.length - 1]!],
      descriptor: arena.reserve(4 * (membraneWords.arrays + program.stateNames.length + program.columns.length)),
      index: arena.reserve(4 * padded),
      states: program.stateNames.map(array),
      columns: program.columns.map(array),
    };
  });
  return { program, shared, slots: arena.reserve(8 * program.slots.length), patches };
}

/** What the cell gives for a parameter in a compartment, or its default. */
function parameterAt(row: Row, name: string, fallback: number): number {
  const { cell, node } = row;
  const given = (what: string): number => cell.channels.values.get(what)?.[node] ?? Number.NaN;
  if (name === "diam") return cell.tree.diameter[node]!;
  const own = given(name);
  if (!Number.isNaN(own)) return own;
  if (!Number.isNaN(fallback)) return fallback;
  const ion = reversalOf[name];
  if (ion) {
    const { symbol, valence } = ion;
    const [inside, outside, temperature] = [given(`${symbol}i`), given(`${symbol}o`), given("celsius")];
    if (inside > 0 && outside > 0 && !Number.isNaN(temperature))
      return nernst({ valence, inside, outside }, temperature);
  }
  const what =
    name === "celsius"
      ? "the temperature (celsius)"
      : ion
        ? `the reversal potential ${name}`
        : `the concentration ${name}, or a pool of the ion,`;
  throw new WbeError("PARAMETER_MISSING", `${what} is needed by a channel and not given`, {
    where: `cell "${cell.name}", ${cell.regions.placeName(node)}`,
    remedy: name === "celsius" ? "Give the cell celsius: 34." : `Add { region: "all", ${name}: … } to its parameters.`,
  });
}

const reversalOf: Readonly<Record<string, { readonly symbol: string; readonly valence: number } | undefined>> = {
  ena: { symbol: "na", valence: 1 },
  ek: { symbol: "k", valence: 1 },
  eca: { symbol: "ca", valence: 2 },
};

function fillSet(arena: Arena, { program, shared, slots, patches }: ChannelSet, dt: number): void {
  arena.f64(slots, program.slots.length).set(evaluateNodes(program.slots, (leaf) => shared.get(leaf.name)!));
  const defaults = new Map(program.params.map((parameter) => [parameter.name, parameter.default]));
  for (const { group, rows, descriptor, index, states, columns } of patches) {
    arena.u32(index, rows.length).set(rows.map(({ element }) => 8 * element));
    const words = [rows.length, index, group.V, group.current, group.conductance, slots, ...states, ...columns];
    arena.u32(descriptor, words.length).set(words);
    const views = columns.map((at) => arena.f64(at, rows.length));
    rows.forEach((row, r) => {
      const leaf = ({ name }: { name: string }) => (name === "dt" ? dt : parameterAt(row, name, defaults.get(name)!));
      evaluateNodes(program.columns, leaf).forEach((value, k) => {
        views[k]![r] = value;
      });
    });
  }
}

/** Steady state at the present potential. */
function setInitial(arena: Arena, { program, shared }: ChannelSet, { group, rows, states }: Patch): void {
  const V = arena.f64(group.V, group.length);
  const defaults = new Map(program.params.map((parameter) => [parameter.name, parameter.default]));
  const isUniform = program.columns.length === 0;
  let before: { V: number; values: number[] } | undefined;
  rows.forEach((row, r) => {
    const own = V[row.element]!;
    if (!(isUniform && before?.V === own)) {
      const leaf = ({ op, name }: { op: string; name: string }): number => {
        if (op === "input") return own;
        // A state that another starts from: calcium, where it opens a channel.
        if (op === "state") return evaluateNodes([program.initial[program.stateNames.indexOf(name)]!], leaf)[0]!;
        const value = shared.get(name)!;
        return Number.isNaN(value) ? parameterAt(row, name, defaults.get(name)!) : value;
      };
      before = { V: own, values: evaluateNodes(program.initial, leaf) };
    }
    before!.values.forEach((value, k) => {
      arena.f64(states[k]!, rows.length)[r] = value;
    });
  });
}

function statePlaces(sets: readonly ChannelSet[], group: number, lane: number): StatePlaces {
  const places: number[] = [];
  const copies: [number, number][] = [];
  for (const { patches } of sets) {
    for (const { rows, states, group: own } of patches) {
      if (own.descriptor !== group) continue;
      const isPadded = rows.length > 1 && rows[rows.length - 1] === rows[rows.length - 2];
      const last = rows.length - 1;
      for (const at of states) {
        for (const [r, row] of rows.entries()) {
          if (row.lane !== lane) continue;
          if (r === last && isPadded) copies.push([at + 8 * (last - 1), at + 8 * last]);
          else places.push(at + 8 * r);
        }
      }
    }
  }
  return { places, copies };
}

function readState(
  arena: Arena,
  sets: readonly ChannelSet[],
  group: number,
  lane: number,
  name: string,
): Float64Array | undefined {
  let found: Float64Array | undefined;
  for (const { program, patches } of sets) {
    const k = program.stateNames.indexOf(name);
    if (k < 0) continue;
    for (const { rows, states, group: own } of patches) {
      if (own.descriptor !== group) continue;
      found ??= new Float64Array(own.nodes).fill(Number.NaN);
      const values = arena.f64(states[k]!, rows.length);
      for (const [r, row] of rows.entries()) if (row.lane === lane) found[row.node] = values[r]!;
    }
  }
  return found;
}

/** A module that calls, for a group, the kernels of its list (count, then pairs of kernel and descriptor). */
function dispatchText(n: number): string {
  const each = (name: string) => Array.from({ length: n }, (_, k) => `$${name}${k}`);
  const imported = [...each("advance"), ...each("start")];
  const lines = [
    "(module",
    '(import "env" "memory" (memory 1))',
    ...imported.map((name) => `(import "kernels" "${name.slice(1)}" (func ${name} (param i32)))`),
    "(type $kernel (func (param i32)))",
    `(table ${2 * n} funcref)`,
    `(elem (i32.const 0) func ${imported.join(" ")})`,
    ...(["advance", "start"] as const).flatMap((name, k) => [
      `(func (export "${name}") (param $group i32) (local $at i32) (local $end i32)`,
      `(local.set $at (i32.load offset=${4 * hinesWords.membrane} (local.get $group)))`,
      "(local.set $end (i32.add (local.get $at) (i32.shl (i32.load (local.get $at)) (i32.const 3))))",
      "(block $done (loop $next",
      "(br_if $done (i32.ge_u (local.get $at) (local.get $end)))",
      `(call_indirect (type $kernel) (i32.load offset=8 (local.get $at)) (i32.add (i32.load offset=4 (local.get $at)) (i32.const ${k * n})))`,
      "(local.set $at (i32.add (local.get $at) (i32.const 8)))",
      "(br $next))))",
    ]),
    ")",
  ];
  return `${lines.join("\n")}\n`;
}
