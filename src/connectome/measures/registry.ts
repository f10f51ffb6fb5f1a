/**
 * The registry of measures that give one number, or one number per node: what `wbe connectome measure` lists, and what
 * null models are asked for. One line each; a test compares it with the folder.
 *
 * @module
 */
import { WbeError } from "../../core/errors.js";
import type { Measured } from "../../core/measured.js";
import { degreeAssortativity } from "./assortativity.js";
import { betweenness } from "./betweenness.js";
import { closeness } from "./closeness.js";
import { clustering, meanClustering, signedClustering, transitivity } from "./clustering.js";
import { subgraphCentrality } from "./communicability.js";
import { communities } from "./communities.js";
import { strongComponents, weakComponents } from "./components.js";
import { averageControllability, modalControllability } from "./controllability.js";
import type { MeasuredNodes, Network, WeightOption } from "./conventions.js";
import { corePeriphery } from "./core-periphery.js";
import { degrees, strengths } from "./degrees.js";
import { connectionDensity } from "./density.js";
import { globalEfficiency, localEfficiency } from "./efficiency.js";
import { eigenvectorCentrality } from "./eigenvector.js";
import { coreNumbers } from "./k-core.js";
import { pageRank } from "./pagerank.js";
import { characteristicPathLength, eccentricity } from "./paths.js";
import { reciprocity } from "./reciprocity.js";
import { spectralRadius } from "./spectral.js";

/** How the time grows: with the edges, with nodes × edges, or with nodes³ (dense; at most 1,500 nodes). */
export type MeasureCost = "edges" | "nodes × edges" | "nodes³";

interface Entry<K extends "graph" | "node", R> {
  readonly kind: K;
  /** Whether it can use weights. */
  readonly weighted: boolean;
  readonly cost: MeasureCost;
  run(network: Network, options?: WeightOption): R;
}

export type GraphMeasure = Entry<"graph", Measured> | Entry<"node", MeasuredNodes>;

const graph = (cost: MeasureCost, weighted: boolean, run: Entry<"graph", Measured>["run"]): GraphMeasure => ({
  kind: "graph",
  weighted,
  cost,
  run,
});
const node = (cost: MeasureCost, weighted: boolean, run: Entry<"node", MeasuredNodes>["run"]): GraphMeasure => ({
  kind: "node",
  weighted,
  cost,
  run,
});

export const graphMeasures: Readonly<Record<string, GraphMeasure>> = Object.freeze({
  density: graph("edges", false, connectionDensity),
  reciprocity: graph("edges", false, reciprocity),
  "mean-clustering": graph("edges", true, meanClustering),
  transitivity: graph("edges", false, transitivity),
  assortativity: graph("edges", true, degreeAssortativity),
  modularity: graph("edges", true, (network, options) => communities(network, options).modularity),
  coreness: graph("edges", true, (network, options) => corePeriphery(network, options).coreness),
  "spectral-radius": graph("edges", true, spectralRadius),
  "weak-components": graph("edges", false, (network) => counted("weakly", weakComponents(network).sizes.length)),
  "strong-components": graph("edges", false, (network) => counted("strongly", strongComponents(network).sizes.length)),
  "path-length": graph("nodes × edges", true, characteristicPathLength),
  efficiency: graph("nodes × edges", true, globalEfficiency),
  "in-degree": node("edges", false, (network) => degrees(network, { direction: "in" })),
  "out-degree": node("edges", false, (network) => degrees(network, { direction: "out" })),
  degree: node("edges", false, (network) => degrees(network)),
  "in-strength": node("edges", true, (network) => strengths(network, { direction: "in" })),
  "out-strength": node("edges", true, (network) => strengths(network, { direction: "out" })),
  clustering: node("edges", true, clustering),
  "signed-clustering": node("edges", true, signedClustering),
  "core-number": node("edges", false, (network) => coreNumbers(network)),
  pagerank: node("edges", true, pageRank),
  eigenvector: node("edges", true, eigenvectorCentrality),
  "local-efficiency": node("nodes × edges", false, localEfficiency),
  eccentricity: node("nodes × edges", true, eccentricity),
  betweenness: node("nodes × edges", true, betweenness),
  closeness: node("nodes × edges", true, closeness),
  "subgraph-centrality": node("nodes³", true, subgraphCentrality),
  "average-controllability": node("nodes³", true, averageControllability),
  "modal-controllability": node("nodes³", true, modalControllability),
});

/** A measure by its id. @throws WbeError NAME_UNKNOWN. */
export function findMeasure(id: string): GraphMeasure {
  const found = Object.hasOwn(graphMeasures, id) ? graphMeasures[id] : undefined;
  if (found) return found;
  throw new WbeError("NAME_UNKNOWN", `no measure "${id}"`, {
    remedy: `There are ${Object.keys(graphMeasures).join(", ")}.`,
  });
}

function counted(how: string, value: number): Measured {
  return {
    value,
    unit: "1",
    method: `number of ${how} connected components`,
    parameters: {},
    source: how === "weakly" ? "Tarjan 1975, J ACM 22:215" : "Tarjan 1972, SIAM J Comput 1:146",
    warnings: [],
  };
}
