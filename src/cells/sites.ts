/**
 * Places on a cell: by section and relative place, or drawn from a region.
 *
 * @module
 */
import { requireInteger, requireWithin } from "../core/arguments.js";
import { WbeError } from "../core/errors.js";
import { RandomStream } from "../core/random.js";
import { Stream } from "../core/streams.js";
import type { CompartmentTree } from "./tree.js";

/** A place, and the compartment (node of the tree) that holds it. */
export interface Site {
  readonly node: number;
  readonly section: number;
  /** 0 to 1 along the section. */
  readonly x: number;
}

/**
 * The place x (0 to 1) of a section given by name: "soma[0]", "dend[12]"; "soma" alone is the first one.
 *
 * @throws WbeError NAME_UNKNOWN for a section that the cell does not have.
 */
export function findSite(tree: CompartmentTree, sectionName: string, x: number): Site {
  const name = sectionName.includes("[") ? sectionName : `${sectionName}[0]`;
  const section = tree.sections.findIndex((candidate) => candidate.name === name);
  if (section < 0) {
    const last = new Map(tree.sections.map((s) => [s.name.replace(/\[.*/, ""), s.name]));
    throw new WbeError("NAME_UNKNOWN", `unknown section "${sectionName}"`, {
      remedy: `The cell has sections up to ${[...last.values()].join(", ")}.`,
    });
  }
  return siteAt(tree, section, x);
}

const locationText = /^\s*location\(\s*([A-Za-z]\w*(?:\[\d+\])?)\s*,\s*([-+\d.eE]+)\s*\)\s*$/;

/**
 * The place that "location(SECTION, X)" names: "location(soma, 0.5)", "location(dend[12], 1)".
 *
 * @throws WbeError SYNTAX for any other text; NAME_UNKNOWN and ARGUMENT as findSite.
 */
export function parseSite(tree: CompartmentTree, text: string): Site {
  const match = locationText.exec(text);
  if (!match) {
    throw new WbeError("SYNTAX", `expected a place such as "location(dend[3], 0.5)", found "${text.slice(0, 80)}"`);
  }
  return findSite(tree, match[1]!, Number(match[2]));
}

/** The place x (0 to 1) of section number `section`. A place on a border belongs to the compartment beyond it. */
export function siteAt(tree: CompartmentTree, section: number, x: number): Site {
  requireWithin(x, 0, 1, "the place along a section", tree.sections[section]?.name);
  const n = tree.counts[section]!;
  return { node: tree.firstNode[section]! + Math.min(n - 1, Math.floor(x * n)), section, x };
}

/**
 * `count` places within a region, drawn independently, each with equal chance per path length ("length") or per
 * membrane area ("area").
 *
 * @param region 1 for each node of the region (RegionReader.region).
 * @param entity tells cells with one seed apart.
 */
export function drawSites(
  tree: CompartmentTree,
  region: Uint8Array,
  count: number,
  options: { seed: number; entity?: number; by?: "length" | "area" },
): Site[] {
  requireInteger(count, 0, 2 ** 31, "the number of sites");
  const random = new RandomStream(options.seed, Stream.positions, options.entity ?? 0);
  const { nodes, until } = accumulate(tree, region, options.by === "area" ? tree.area : tree.length);
  const total = until.at(-1) ?? 0;
  return Array.from({ length: count }, () => siteAtSum(tree, nodes, until, random.uniform() * total));
}

/** `count` places within a region, evenly spaced along its path length in the order of the tree. */
export function spaceSites(tree: CompartmentTree, region: Uint8Array, count: number): Site[] {
  requireInteger(count, 0, 2 ** 31, "the number of sites");
  const { nodes, until } = accumulate(tree, region, tree.length);
  const total = until.at(-1) ?? 0;
  return Array.from({ length: count }, (_, k) => siteAtSum(tree, nodes, until, ((k + 0.5) * total) / count));
}

function accumulate(tree: CompartmentTree, region: Uint8Array, weight: Float64Array) {
  const nodes: number[] = [];
  const until: number[] = [];
  let sum = 0;
  for (let i = 0; i < tree.n; i++) {
    if (!region[i] || tree.section[i]! < 0) continue;
    sum += weight[i]!;
    nodes.push(i);
    until.push(sum);
  }
  if (nodes.length === 0) throw new WbeError("EMPTY_INPUT", "expected a region with compartments, found none");
  return { nodes, until };
}

function siteAtSum(tree: CompartmentTree, nodes: readonly number[], until: readonly number[], sum: number): Site {
  let low = 0;
  let high = nodes.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (until[middle]! > sum) high = middle;
    else low = middle + 1;
  }
  const node = nodes[low]!;
  const before = low === 0 ? 0 : until[low - 1]!;
  const share = (sum - before) / (until[low]! - before);
  const section = tree.section[node]!;
  return { node, section, x: tree.x[node]! + (share - 0.5) / tree.counts[section]! };
}
