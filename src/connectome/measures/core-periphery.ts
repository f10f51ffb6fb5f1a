/** Core and periphery. @module */
import { requirePositive } from "../../core/arguments.js";
import type { Measured } from "../../core/measured.js";
import { type Network, viewOf, type WeightOption } from "./conventions.js";
import { strengths } from "./degrees.js";

export interface CorePeripheryOptions extends WeightOption {
  /** γ: above 1 for a smaller core. Default 1. */
  resolution?: number;
}

export interface CorePeriphery {
  /** 1 for nodes of the core. */
  readonly isCore: Uint8Array;
  readonly coreness: Measured;
}

/**
 * Splits the nodes into a core with much weight inside and a periphery with little. Coreness: (weight inside the core −
 * weight inside the periphery, each beyond γ × the mean entry of the matrix) / total weight.
 *
 * That is linear in who belongs to the core (what a node adds does not depend on the others), so the best split needs no
 * search: the core is the nodes whose strength, in + out, is above γ times the mean.
 *
 * Source: Borgatti & Everett 2000, Soc Networks 21:375, as defined in the Brain Connectivity Toolbox (core_periphery_dir;
 * Rubinov et al. 2015, PNAS 112:10032), which climbs to the same value.
 */
export function corePeriphery(network: Network, options: CorePeripheryOptions = {}): CorePeriphery {
  const { weighted = false, resolution = 1 } = options;
  requirePositive(resolution, "the resolution of core and periphery");
  const graph = viewOf(network, "core and periphery", { weighted });
  const n = graph.nNodes;
  const strength = strengths(graph, { direction: "total" }).data;
  // In an undirected graph an edge stands for both directions.
  const total = strength.reduce((sum, s) => sum + s, 0) / (graph.directed ? 2 : 1);
  const ties = graph.directed ? strength : strength.map((s) => 2 * s);
  const expected = (2 * resolution * total) / n;
  const isCore = Uint8Array.from(ties, (s) => Number(s > expected));
  let value = 0;
  for (let i = 0; i < n; i++) value += (isCore[i] ? 1 : -1) * ((ties[i]! - expected) / (2 * total));
  return {
    isCore,
    coreness: {
      value: total > 0 ? value : Number.NaN,
      unit: "1",
      method: "weight inside the core minus inside the periphery beyond the mean, over all; the exact optimum",
      parameters: { weighted, resolution, coreNodes: isCore.reduce((sum, c) => sum + c, 0) },
      source: "Borgatti & Everett 2000, Soc Networks 21:375; Rubinov et al. 2015, PNAS 112:10032",
      warnings: total > 0 ? [] : ["no edges: core and periphery are not defined"],
    },
  };
}
