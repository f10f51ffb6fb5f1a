/** Assortativity: do like connect to like? @module */
import { WbeError } from "../../core/errors.js";
import type { Measured } from "../../core/measured.js";
import { type Network, viewOf, type WeightOption } from "./conventions.js";
import { degrees, strengths } from "./degrees.js";

export interface AssortativityOptions extends WeightOption {
  /** Degree at the sending and at the receiving end; "out" and "in" by default. No matter where undirected. */
  source?: "in" | "out" | "total";
  target?: "in" | "out" | "total";
}

/**
 * Correlation of the degrees (with `weighted` the strengths) at the two ends of the edges; each undirected edge counts in
 * both orders, every edge as one. NaN with a warning where all edges have ends of one degree.
 *
 * Source: Newman 2003, Phys Rev E 67:026126; four directed kinds: Foster et al. 2010, PNAS 107:10815.
 */
export function degreeAssortativity(network: Network, options: AssortativityOptions = {}): Measured {
  const { weighted = false, source = "out", target = "in" } = options;
  const graph = viewOf(network, "assortativity", { weighted });
  const of = (direction: "in" | "out" | "total") =>
    (weighted ? strengths(graph, { direction }) : degrees(graph, { direction })).data;
  const [x, y] = [of(source), of(target)];
  const count = graph.neighbours.length;
  let [sumX, sumY] = [0, 0];
  const forEach = (visit: (x: number, y: number) => void) => {
    for (let i = 0; i < graph.nNodes; i++) {
      for (let k = graph.offsets[i]!; k < graph.offsets[i + 1]!; k++) visit(x[i]!, y[graph.neighbours[k]!]!);
    }
  };
  forEach((a, b) => {
    sumX += a;
    sumY += b;
  });
  const [meanX, meanY] = [sumX / count, sumY / count];
  let [xx, yy, xy] = [0, 0, 0];
  forEach((a, b) => {
    xx += (a - meanX) * (a - meanX);
    yy += (b - meanY) * (b - meanY);
    xy += (a - meanX) * (b - meanY);
  });
  // Equal degrees leave rounding of the mean: nothing that could be called a spread.
  const tiny = 1e-24 * count * Math.max(meanX * meanX, meanY * meanY);
  const isFlat = !(xx > tiny && yy > tiny);
  return {
    value: isFlat ? Number.NaN : xy / Math.sqrt(xx * yy),
    unit: "1",
    method: `correlation of ${weighted ? "strengths" : "degrees"} at the ends of edges`,
    parameters: { weighted, directed: graph.directed, source, target, edges: graph.nEdges },
    source: "Newman 2003, Phys Rev E 67:026126; Foster et al. 2010, PNAS 107:10815",
    warnings: isFlat ? ["the ends of all edges have one degree: assortativity is not defined"] : [],
  };
}

/**
 * Assortativity by class (cell type, region): (Σ e_cc − Σ a_c·b_c)/(1 − Σ a_c·b_c) of the mixing matrix e. 1: edges stay
 * within classes. NaN with a warning where one class holds all edges' ends.
 *
 * @param classOf one name per node, such as `connectome.nodes.types`.
 * Source: Newman 2003, Phys Rev E 67:026126, equation 2.
 */
export function classAssortativity(network: Network, classOf: readonly string[]): Measured {
  const graph = viewOf(network, "assortativity");
  if (classOf.length !== graph.nNodes) {
    throw new WbeError("ARGUMENT", `expected ${graph.nNodes} classes, one per node, found ${classOf.length}`);
  }
  const names = [...new Set(classOf)];
  const number = new Map(names.map((name, c) => [name, c]));
  const [sends, receives, within] = [new Float64Array(names.length), new Float64Array(names.length), { sum: 0 }];
  const count = graph.neighbours.length;
  for (let i = 0; i < graph.nNodes; i++) {
    const a = number.get(classOf[i]!)!;
    for (let k = graph.offsets[i]!; k < graph.offsets[i + 1]!; k++) {
      const b = number.get(classOf[graph.neighbours[k]!]!)!;
      sends[a]!++;
      receives[b]!++;
      if (a === b) within.sum++;
    }
  }
  let expected = 0;
  for (let c = 0; c < names.length; c++) expected += (sends[c]! / count) * (receives[c]! / count);
  const isFlat = !(expected < 1);
  return {
    value: isFlat ? Number.NaN : (within.sum / count - expected) / (1 - expected),
    unit: "1",
    method: "share of edges within classes over that expected by chance",
    parameters: { classes: names.length, edges: graph.nEdges },
    source: "Newman 2003, Phys Rev E 67:026126",
    warnings: isFlat ? ["no edges between classes are possible: assortativity is not defined"] : [],
  };
}
