/**
 * Calls and random numbers → primitive operations.
 *
 * @module
 */

import type { Precision } from "../core/column.js";
import { functionTable } from "./functions.js";
import { type Graph, type Node, topologicalOrder } from "./ir.js";
import { formats } from "./lower-functions.js";
import { lowerNormal } from "./noise.js";

export interface Lowered {
  readonly roots: readonly Node[];
  /**
   * Arguments of calls that themselves need the result of a call: where one wave of independent chains ends and the
   * next begins.
   */
  readonly waveArguments: ReadonlySet<Node>;
}

/** Turns every call and every random number into primitive operations of a number format. */
export function lowerCalls(g: Graph, roots: readonly Node[], precision: Precision = "f64"): Lowered {
  const afterCall = new Set<Node>();
  for (const node of topologicalOrder(roots)) {
    if (node.op === "call" || node.args.some((arg) => afterCall.has(arg))) afterCall.add(node);
  }
  const waveArguments = new Set<Node>();
  const lowered = g.transform(roots, (node, args) => {
    if (node.op === "normal") return lowerNormal(g, Number(node.name), precision);
    if (node.op !== "call") return undefined;
    node.args.forEach((arg, i) => {
      if (afterCall.has(arg)) waveArguments.add(args[i]!);
    });
    return functionTable[node.name]!.lower(g, formats[precision], ...args);
  });
  return { roots: lowered, waveArguments };
}
