/**
 * White noise in equations: `xi`, `xi_1`, `xi_name`, each a Gaussian process of its own with unit 1/sqrt(ms), so that
 * its integral over a step dt is normal with variance dt. A right-hand side may hold it linearly.
 *
 * The draw of (neuron, step, symbol) is the number that `new RandomStream(seed, Stream.noise).moveTo(neuron, step)` gives
 * at its first, second, … call of `normal`, with the neuron's index in the whole network; so it does not depend on
 * threads, on how a run is cut, or on the order of work. Two draws share one Philox block.
 *
 * @module
 */
import type { Precision } from "../core/column.js";
import { WbeError } from "../core/errors.js";
import { normalQuantileF32 } from "../core/normal-quantile-f32.js";
import { philoxConstants, RandomStream } from "../core/random.js";
import { Stream } from "../core/streams.js";
import { parseUnit, type Unit } from "../core/units.js";
import { differentiate, jumpsWith } from "./derivative.js";
import { type Graph, type Node, topologicalOrder } from "./ir.js";
import { formats, lowerNormalQuantile } from "./lower-functions.js";

/** xi in the consistent set of units. */
export const noiseScale: Unit = parseUnit("1/ms^0.5");

export function isNoiseName(name: string): boolean {
  return /^xi(_\w+)?$/.test(name);
}

/**
 * f = drift + Σ factor·symbol.
 *
 * @throws WbeError MODEL_INVALID where f is not linear in a noise symbol.
 */
export function splitNoise(g: Graph, f: Node, where: string): { drift: Node; factors: ReadonlyMap<string, Node> } {
  const symbols = topologicalOrder([f]).filter((node) => node.op === "noise");
  const factors = new Map<string, Node>();
  for (const symbol of symbols) {
    const factor = differentiate(g, f, symbol);
    if (!factor || topologicalOrder([factor]).some(({ op }) => op === "noise") || jumpsWith(f, new Set([symbol]))) {
      throw new WbeError("MODEL_INVALID", `the right-hand side is not linear in the noise ${symbol.name}`, {
        where,
        remedy: "Write noise as a term of its own: drift + factor*xi, where the factor may hold parameters and states.",
      });
    }
    factors.set(symbol.name, factor);
  }
  const zero = g.constant(0);
  const drift = symbols.length === 0 ? f : g.transform([f], (node) => (node.op === "noise" ? zero : undefined))[0]!;
  return { drift, factors };
}

/**
 * All noise symbols of a model's states, in order of appearance.
 *
 * @throws WbeError NAME_CLASH where a plain xi stands in two equations: nobody can tell whether one or two are meant.
 */
export function noiseSymbols(
  states: readonly { readonly name: string; readonly noise: ReadonlyMap<string, Node> }[],
): string[] {
  const users = new Map<string, string>();
  for (const { name, noise } of states) {
    for (const symbol of noise.keys()) {
      const other = users.get(symbol);
      if (other !== undefined && /(^|\.)xi$/.test(symbol)) {
        throw new WbeError("NAME_CLASH", `xi stands in the equations of both ${other} and ${name}`, {
          remedy:
            "Give independent noises names of their own (xi_1, xi_2), or the same name (xi_shared) to one that both share.",
        });
      }
      users.set(symbol, name);
    }
  }
  return [...users.keys()];
}

/**
 * The reference: a standard normal number for each (neuron in the network, step, draw). In single precision it is made of the
 * upper 23 bits of the first word of the same draw: the same noise, up to ±5.3 standard deviations.
 */
export function createNoise(
  seed: number,
  precision: Precision = "f64",
): (neuron: number, step: number, draw: number) => number {
  const random = new RandomStream(seed, Stream.noise);
  return (neuron, step, draw) => {
    random.moveTo(neuron, step);
    for (let earlier = 0; earlier < draw; earlier++) random.normal();
    if (precision === "f64") return random.normal();
    return normalQuantileF32(((random.uint32() >>> 9) + 0.5) * 2 ** -23);
  };
}

const { multipliers, weyls, rounds } = philoxConstants;
const hex = (value: bigint): string => `0x${BigInt.asUintN(64, value).toString(16)}`;

/** The arithmetic of Philox on words of 32 bits, in lanes of 64 (their low halves; above them is anything) or of 32 bits. */
interface WordArithmetic {
  /** The word in the whole lane: in both halves, as `umul32` wants its constant. */
  constant(value: number): Node;
  /** Product with a constant: its low word, and its high word xor two others. */
  multiply(a: Node, factor: number): { low: Node; highXor: (other: Node, key: Node) => Node };
}

function inWideLanes(g: Graph): WordArithmetic {
  const constant = (value: number): Node => {
    const bits = BigInt(value >>> 0);
    return g.bitsConstant(hex((bits << 32n) | bits));
  };
  return {
    constant,
    multiply: (a, factor) => {
      const low = g.integer("umul32", a, constant(factor));
      const highXor = (other: Node, key: Node): Node =>
        g.integer("ixor", g.shift("iushr", low, 32), g.integer("ixor", other, key));
      return { low, highXor };
    },
  };
}

function inNarrowLanes(g: Graph): WordArithmetic {
  const constant = (value: number): Node => g.bitsConstant(hex(BigInt(value >>> 0)));
  return {
    constant,
    multiply: (a, factor) => {
      const b = constant(factor);
      const highXor = (other: Node, key: Node): Node =>
        g.integer("ixor", g.integer("umulhi", a, b), g.integer("ixor", other, key));
      return { low: g.integer("imul", a, b), highXor };
    },
  };
}

/** The words of Philox block `block`: two normal numbers' worth. */
function philoxWords(g: Graph, words: WordArithmetic, block: number): [Node, Node, Node, Node] {
  let c0 = g.integerLeaf("entity");
  let c1 = g.integerLeaf("clock");
  let c2 = words.constant(block);
  let c3 = words.constant(0);
  const seed = g.integerLeaf("seed");
  for (let round = 0; round < rounds; round++) {
    const k0 = round === 0 ? seed : g.integer("iadd", seed, words.constant(Math.imul(weyls[0], round)));
    const k1 = words.constant(Stream.noise + Math.imul(weyls[1], round));
    const p0 = words.multiply(c0, multipliers[0]);
    const p1 = words.multiply(c2, multipliers[1]);
    [c0, c1, c2, c3] = [p1.highXor(c1, k0), p1.low, p0.highXor(c3, k1), p0.low];
  }
  return [c0, c1, c2, c3];
}

/** Standard normal number `draw` of this neuron and step in primitive operations, the same bits as `createNoise`. */
export function lowerNormal(g: Graph, draw: number, precision: Precision): Node {
  const isSingle = precision === "f32";
  const words = philoxWords(g, isSingle ? inNarrowLanes(g) : inWideLanes(g), draw >> 1);
  const [a, b] = draw % 2 === 0 ? [words[0], words[1]] : [words[2], words[3]];
  if (isSingle) {
    // 23 bits make an odd multiple of 2^−24: 1.bits − 1 + 2^−24, all exact.
    const bits = g.integer("iadd", g.shift("iushr", a, 9), g.bitsConstant(formats.f32.oneBits));
    const p = g.add(g.sub(g.fromBits(bits), g.constant(1)), g.constant(2 ** -24));
    return lowerNormalQuantile(g, formats.f32, p);
  }
  // 26 bits of each word make an odd multiple of 2^−53: 1.bits − 1 + 2^−53, all exact.
  const upper = g.shift("ishl", g.integer("iand", a, g.bitsConstant("0xffffffc0")), 20);
  const lower = g.shift("iushr", g.integer("iand", b, g.bitsConstant("0xffffffff")), 6);
  const bits = g.integer("iadd", g.integer("iadd", upper, lower), g.bitsConstant("0x3ff0000000000000"));
  const p = g.add(g.sub(g.fromBits(bits), g.constant(1)), g.constant(2 ** -53));
  return lowerNormalQuantile(g, formats.f64, p);
}
