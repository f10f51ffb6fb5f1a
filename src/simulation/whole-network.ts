/**
 * The whole network over its shares: what the caller's side reads and writes while the shares rest.
 *
 * @module
 */
import type { CellPlaces } from "../cells/cell-population.js";
import type { Reals } from "../core/column.js";
import { Joined } from "./joined.js";
import type { DrawRows, NetworkPlan } from "./network.js";
import type { ShareViews } from "./network-share.js";
import { shareOf } from "./partition.js";
import type { PlasticViews } from "./plastic-projection.js";
import type { BuiltPopulation } from "./population.js";
import type { ReleaseViews } from "./quantal-release.js";
import { joinRings, type RingGeometry } from "./ring.js";

export interface WholePopulation {
  readonly built: BuiltPopulation;
  /** In the population's precision. Columns end with padding lanes that fill the last vector. */
  readonly states: readonly Joined<Reals>[];
  readonly inputs: readonly Joined<Reals>[];
  readonly columns: readonly Joined<Reals>[];
  readonly ring: RingGeometry;
  readonly arrivals: Joined<Float32Array>;
  /** Of each share: shared parameters of the kernel, its descriptor, and V of the whole population for its synapses. */
  readonly slots: readonly Reals[];
  readonly words: readonly Uint32Array[];
  readonly potentials: readonly Reals[];
  readonly awake: readonly Uint32Array[];
  /** Of each share of detailed cells: where the rest of their state stands in its memory. */
  readonly cells: readonly CellMemory[];
}

export interface CellMemory extends CellPlaces {
  readonly memory: WebAssembly.Memory;
}

export interface WholeProjection {
  readonly weights: Joined<Float32Array | Float64Array>;
  readonly sharesWeight: boolean;
  /** Weights that are drawn at each spike: a copy. `weights` is empty then. */
  readonly drawn: (() => Float32Array) | undefined;
  /** Of each share. */
  readonly plastic: readonly PlasticViews[];
  readonly release: readonly ReleaseViews[];
  /** Of each share: where the rows of its synapses begin. */
  readonly rows: readonly Uint32Array[];
  /** Rows by source; targets are indices within the population. The live arrays of one share, or copies, perhaps drawn. */
  readonly wiring: () => { readonly offsets: Uint32Array; readonly targets: Uint32Array | Uint16Array };
}

export interface WholeNetwork {
  readonly populations: readonly WholePopulation[];
  readonly projections: readonly WholeProjection[];
}

/**
 * @param plan of the whole network.
 * @param drawRows for procedural projections.
 */
export function joinShares(plan: NetworkPlan, shares: readonly ShareViews[], drawRows: DrawRows): WholeNetwork {
  return {
    populations: plan.populations.map((built, k) => {
      const parts = shares.map((share) => share.populations[k]!);
      const first = parts[0]!;
      const join = (name: "states" | "inputs" | "columns") =>
        first[name].map((_, index) => Joined.ofRows(parts.map((part) => part[name][index]!)));
      const { ring, rows } = joinRings(parts.map(({ ringGeometry }) => ringGeometry));
      const rings = parts.map(({ ringView }) => ringView);
      return {
        built,
        states: join("states"),
        inputs: join("inputs"),
        columns: join("columns"),
        ring,
        arrivals: Joined.ofRows(rings, rows),
        slots: parts.map(({ slots }) => slots),
        words: parts.map(({ words }) => words),
        potentials: parts.map(({ potentials }) => potentials),
        cells: shares.flatMap(({ memory, cells }) => (cells[k] ? [{ memory, ...cells[k] }] : [])),
        awake: parts.flatMap(({ awake }) => awake ?? []),
      };
    }),
    projections: plan.projections.map(({ to, spec }, k) => {
      const parts = shares.map((share) => share.projections[k]!);
      const weights = parts.map(({ weightView }) => weightView);
      const bounds = parts.map(({ offsetView }) => offsetView);
      const sharesWeight = parts[0]!.sharesWeight;
      const plastic = parts.flatMap(({ plastic }) => plastic ?? []);
      const release = parts.flatMap(({ release }) => release ?? []);
      if (spec.storage === "procedural") {
        return {
          weights: sharesWeight ? Joined.same(weights) : Joined.ofRows(weights),
          sharesWeight,
          drawn: sharesWeight ? undefined : () => drawRows(k).weights,
          plastic,
          release,
          rows: bounds,
          wiring: () => drawRows(k),
        };
      }
      return {
        weights: sharesWeight ? Joined.same(weights) : Joined.ofBounds(weights, bounds),
        sharesWeight,
        drawn: undefined,
        plastic,
        release,
        rows: bounds,
        wiring: joinedOnce(() => {
          const { size } = plan.populations[to]!;
          const isShort = size <= 65536 && parts.every(({ targetView }) => targetView instanceof Uint16Array);
          const inWhole = parts.map(({ targetView }, index) => {
            const { from } = shareOf(size, { index, count: parts.length });
            if (parts.length === 1) return targetView;
            const numbers = isShort ? new Uint16Array(targetView.length) : new Uint32Array(targetView.length);
            for (let e = 0; e < numbers.length; e++) numbers[e] = targetView[e]! + from;
            return numbers;
          });
          return { offsets: addUp(bounds), targets: Joined.ofBounds(inWhole, bounds).read() };
        }),
      };
    }),
  };
}

/** What lies in several shares is put together when it is first asked for. */
function joinedOnce<T>(join: () => T): () => T {
  let joined: T | undefined;
  return () => {
    joined ??= join();
    return joined;
  };
}

function addUp(bounds: readonly Uint32Array[]): Uint32Array {
  if (bounds.length === 1) return bounds[0]!;
  const sum = bounds[0]!.slice();
  for (const own of bounds.slice(1)) for (let i = 0; i < sum.length; i++) sum[i]! += own[i];
  return sum;
}
