/** Small-world indices. @module */
import { requireInteger } from "../../core/arguments.js";
import type { Measured } from "../../core/measured.js";
import { RandomStream } from "../../core/random.js";
import { Stream } from "../../core/streams.js";
import { Graph } from "../graph/graph.js";
import { type NullKind, randomise } from "../nulls/rewire.js";
import { meanClustering } from "./clustering.js";
import { mean, type Network, viewOf, type WeightOption } from "./conventions.js";
import { characteristicPathLength } from "./paths.js";

export interface SmallWorldOptions {
  seed: number;
  /** Random graphs (and lattices) to compare with. Default 20. */
  surrogates?: number;
}

interface Reference {
  readonly clustering: number;
  readonly pathLength: number;
}

/**
 * σ = (C/C_random)/(L/L_random), above 1 for a small world; directions joined, without weights; random graphs of the same
 * degrees. NaN with a warning where it is not defined. Paths between parts that are not connected are left out.
 *
 * Source: Humphries & Gurney 2008, PLoS ONE 3:e0002051.
 */
export function smallWorldSigma(network: Network, options: SmallWorldOptions): Measured {
  const graph = viewOf(network, "small-world indices", { undirected: true });
  const own = referenceOf(graph);
  const random = meanReference(graph, "degrees", options);
  const value = own.clustering / random.clustering / (own.pathLength / random.pathLength);
  return result(value, "(C/C_random)/(L/L_random)", own, { random }, options, {
    source: "Humphries & Gurney 2008, PLoS ONE 3:e0002051",
  });
}

/**
 * ω = L_random/L − C/C_lattice: near 0 for a small world, towards −1 for a lattice, 1 for a random graph; directions
 * joined, without weights; both references have the same degrees.
 *
 * Source: Telesford et al. 2011, Brain Connect 1:367.
 */
export function smallWorldOmega(network: Network, options: SmallWorldOptions): Measured {
  const graph = viewOf(network, "small-world indices", { undirected: true });
  const own = referenceOf(graph);
  const random = meanReference(graph, "degrees", options);
  const lattice = meanReference(graph, "lattice", options);
  const value = random.pathLength / own.pathLength - own.clustering / lattice.clustering;
  return result(value, "L_random/L − C/C_lattice", own, { random, lattice }, options, {
    source: "Telesford et al. 2011, Brain Connect 1:367",
  });
}

/**
 * Small-world propensity φ = 1 − √((Δ_C² + Δ_L²)/2): how near clustering is to that of a lattice and path length to that
 * of a random graph of the same edges and weights, 0 … 1. Directions joined; the lattice has its strongest weights between
 * nearest nodes. Deviations below 0 or above 1 are cut.
 *
 * Source: Muldoon, Bridgeford & Bassett 2016, Sci Rep 6:22057.
 */
export function smallWorldPropensity(network: Network, options: SmallWorldOptions & WeightOption): Measured {
  const { weighted = false } = options;
  const graph = viewOf(network, "small-world propensity", { undirected: true, weighted });
  const own = referenceOf(graph, weighted);
  const random = meanReference(graph, "density", options, weighted);
  const regular = referenceOf(regularGraph(graph, options.seed), weighted);
  const share = (from: number, value: number, to: number) => {
    const deviation = Math.min(1, Math.max(0, (from - value) / (from - to)));
    // Equal references leave nothing between which the value could lie.
    return Number.isNaN(deviation) && Number.isFinite(value) && from === to ? 0 : deviation;
  };
  const deltaC = share(regular.clustering, own.clustering, random.clustering);
  const deltaL = share(random.pathLength, own.pathLength, regular.pathLength);
  const value = 1 - Math.sqrt((deltaC * deltaC + deltaL * deltaL) / 2);
  return result(value, "1 − √((Δ_C² + Δ_L²)/2)", own, { random, lattice: regular }, options, {
    source: "Muldoon, Bridgeford & Bassett 2016, Sci Rep 6:22057",
    parameters: { weighted, deltaC, deltaL },
  });
}

function referenceOf(graph: Graph, weighted = false): Reference {
  return {
    clustering: meanClustering(graph, { weighted }).value,
    pathLength: characteristicPathLength(graph, { weighted }).value,
  };
}

function meanReference(graph: Graph, kind: NullKind, options: SmallWorldOptions, weighted = false): Reference {
  const { surrogates = 20, seed } = options;
  requireInteger(surrogates, 1, 100_000, "the number of random graphs");
  const all = Array.from({ length: surrogates }, (_, draw) =>
    referenceOf(randomise(graph, { kind, seed, draw }), weighted),
  );
  return {
    clustering: mean(all.map(({ clustering }) => clustering)),
    pathLength: mean(all.map(({ pathLength }) => pathLength)),
  };
}

/** As many edges between the nearest nodes on a ring; the strongest weights are nearest, in random order at one distance. */
function regularGraph(graph: Graph, seed: number): Graph {
  const n = graph.nNodes;
  const count = graph.nEdges;
  const random = new RandomStream(seed, Stream.nullModel, 0xffffffff);
  const weights = graph.weights
    ? graph
        .filterEdges((i, j) => i < j)
        .weights!.slice()
        .sort()
        .reverse()
    : new Float64Array(count).fill(1);
  const source = new Uint32Array(count);
  const target = new Uint32Array(count);
  const weight = new Float64Array(count);
  for (let placed = 0, apart = 1; placed < count; apart++) {
    const places = 2 * apart === n ? n / 2 : n;
    const order = random.permutation(places);
    const here = Math.min(places, count - placed);
    for (let k = 0; k < here; k++) {
      source[placed + k] = order[k]!;
      target[placed + k] = (order[k]! + apart) % n;
      weight[placed + k] = weights[placed + k]!;
    }
    placed += here;
  }
  return Graph.fromEdges({ nNodes: n, directed: false, source, target, ...(graph.weights ? { weight } : {}) });
}

function result(
  value: number,
  method: string,
  own: Reference,
  references: { random: Reference; lattice?: Reference },
  { surrogates = 20, seed }: SmallWorldOptions,
  about: { source: string; parameters?: Measured["parameters"] },
): Measured {
  const { random, lattice } = references;
  const isDefined = Number.isFinite(value);
  return {
    value: isDefined ? value : Number.NaN,
    unit: "1",
    method: `${method}, directions joined`,
    parameters: {
      surrogates,
      seed,
      clustering: own.clustering,
      pathLength: own.pathLength,
      randomClustering: random.clustering,
      randomPathLength: random.pathLength,
      ...(lattice && { latticeClustering: lattice.clustering, latticePathLength: lattice.pathLength }),
      ...about.parameters,
    },
    source: about.source,
    warnings: isDefined ? [] : ["clustering or path length of the graph or of its references is 0 or not defined"],
  };
}
