/** Random expressions as text, their graph nodes, and the four ways to evaluate a node. */
import fc from "fast-check";
import { ExpressionChecker, pureNumber } from "../../src/compiler/check.js";
import { compileWat } from "../../src/compiler/compile.js";
import { createReferenceKernel } from "../../src/compiler/emit-js.js";
import { scalarInstructions } from "../../src/compiler/emit-scalar.js";
import { emitWat } from "../../src/compiler/emit-wat.js";
import { evaluateNodes } from "../../src/compiler/evaluate.js";
import { Graph, type Node, topologicalOrder } from "../../src/compiler/ir.js";
import type { KernelProgram } from "../../src/compiler/kernel.js";
import { lanesOf, paddedSize } from "../../src/compiler/lanes.js";
import { descriptorWords, kernelExport } from "../../src/compiler/layout.js";
import { lowerCalls } from "../../src/compiler/lower.js";
import type { CheckedModel } from "../../src/compiler/model.js";
import { parseExpression } from "../../src/compiler/parse.js";
import type { Precision, Reals } from "../../src/core/column.js";

export const variables = ["x", "y", "z"] as const;

/** Text → node; x, y, z are states without a unit. */
export function nodeOf(text: string, g = new Graph()): { g: Graph; node: Node } {
  const source = { label: "expression", text };
  const scope = {
    lookUp: (name: string) =>
      variables.includes(name as "x") ? { node: g.leaf("state", name), scale: pureNumber } : undefined,
    names: () => variables,
  };
  return { g, node: new ExpressionChecker(g, scope, source).valueIn(parseExpression(source), pureNumber, "it") };
}

export type Point = readonly [number, number, number];

/** By walking the graph. */
export function interpret(node: Node, point: Point): number {
  return evaluateNodes([node], (leaf) => point[variables.indexOf(leaf.name as "x")]!)[0]!;
}

function programOf(from: Graph, value: Node, precision: Precision): KernelProgram {
  const g = precision === "f32" ? new Graph("f32") : from;
  const node = precision === "f32" ? g.adopt([value])[0]! : value;
  const states = variables.map((name) => g.leaf("state", name));
  return {
    model: {} as unknown as CheckedModel, // the emitters read nothing of it
    method: "none",
    precision,
    graph: g,
    stateNames: [...variables, "result"],
    inputNames: [],
    portNames: [],
    next: [...states, node],
    fired: g.compare("lt", g.constant(1), g.constant(0)),
    atRest: undefined,
    slots: [],
    columns: [],
  };
}

/** Zeros, or values, in a number format. */
export function reals(precision: Precision, from: number | readonly number[]): Reals {
  const values = typeof from === "number" ? new Array<number>(from).fill(0) : from;
  return precision === "f32" ? Float32Array.from(values) : Float64Array.from(values);
}

/** By the reference emitter. */
export function runJs(g: Graph, node: Node, points: readonly Point[], precision: Precision = "f64"): Reals {
  const result = reals(precision, points.length);
  const states = [
    ...variables.map((_, k) =>
      reals(
        precision,
        Array.from(points, (p) => p[k]!),
      ),
    ),
    result,
  ];
  const arrays = { n: points.length, states, inputs: [], columns: [], slots: new Float64Array(0) };
  createReferenceKernel(programOf(g, node, precision))(
    { ...arrays, ring: new Float32Array(0), ringMask: 0, firstNeuron: 0, seed: 0 },
    0,
    1,
    () => {},
  );
  return result;
}

/** By the SIMD emitter. */
export async function runSimd(
  g: Graph,
  node: Node,
  points: readonly Point[],
  precision: Precision = "f64",
): Promise<Reals> {
  const n = points.length;
  const lanes = lanesOf[precision];
  const memory = new WebAssembly.Memory({ initial: 1 + Math.ceil((48 * n) / 65536) });
  const words = new Uint32Array(memory.buffer, 0, 64);
  const padded = paddedSize(n, lanes);
  words[descriptorWords.neurons] = n;
  const views = [...variables, "result"].map((_, k) => {
    const at = 256 + lanes.bytes * padded * k;
    words[descriptorWords.arrays + k] = at;
    return precision === "f32" ? new Float32Array(memory.buffer, at, n) : new Float64Array(memory.buffer, at, n);
  });
  points.forEach((point, i) => {
    for (const k of [0, 1, 2]) views[k]![i] = point[k]!;
  });
  const module = await compileWat(emitWat(programOf(g, node, precision)));
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  (exports[kernelExport] as unknown as (desc: number, step: number, steps: number) => number)(0, 0, 1);
  return views[3]!.slice();
}

/** By the scalar emitter of event-driven kernels. */
export async function runScalar(g: Graph, node: Node, points: readonly Point[]): Promise<Float64Array> {
  const root = lowerCalls(g, [node]).roots[0]!;
  const locals: string[] = [];
  const { lines, result } = scalarInstructions(root, {
    tag: "v",
    declare: (name, type) => locals.push(`(local $${name} ${type})`),
    leaf: (leaf) => `(local.get $${leaf.name})`,
  });
  const params = variables.map((name) => `(param $${name} f64)`).join(" ");
  const wat = `(module (func (export "f") ${params} (result f64)\n${locals.join("\n")}\n${lines.join("\n")}\n${result}))`;
  const { exports } = await WebAssembly.instantiate(await compileWat(wat), {});
  const f = exports.f as unknown as (x: number, y: number, z: number) => number;
  return Float64Array.from(points, (p) => f(...p));
}

const literal = fc.integer({ min: 1, max: 4000 }).map((k) => String(k / 16));
const atom = fc.oneof(fc.constantFrom(...variables), literal);

/** Text of + − * / unary −, parentheses, comparisons, && || and ? : — what the language shares with JavaScript. */
export const sharedText: fc.Arbitrary<string> = fc.letrec<{ value: string; condition: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    atom,
    fc.tuple(tie("value"), fc.constantFrom("+", "-", "*", "/"), tie("value")).map(([a, op, b]) => `${a} ${op} ${b}`),
    fc.tuple(tie("value"), fc.constantFrom("+", "-", "*", "/"), tie("value")).map(([a, op, b]) => `(${a} ${op} ${b})`),
    tie("value").map((a) => `-(${a})`),
    atom.map((a) => `-${a}`),
    fc.tuple(tie("condition"), tie("value"), tie("value")).map(([c, a, b]) => `(${c} ? ${a} : ${b})`),
  ),
  condition: fc.oneof(
    { depthSize: "small" },
    fc
      .tuple(tie("value"), fc.constantFrom("<", "<=", ">", ">=", "==", "!="), tie("value"))
      .map(([a, op, b]) => `${a} ${op} ${b}`),
    fc.tuple(tie("condition"), fc.constantFrom("&&", "||"), tie("condition")).map(([a, op, b]) => `${a} ${op} ${b}`),
    tie("condition").map((c) => `!(${c})`),
  ),
})).value;

const unaryFunctions = ["exp", "exp2", "expm1", "exprel", "exprelr", "log", "log1p", "sin", "cos", "tanh"];
const plainFunctions = ["abs", "floor", "ceil", "round", "sqrt"];

/** The shared text with every function of the language and whole powers. */
export const anyText: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    sharedText,
    fc.tuple(fc.constantFrom(...unaryFunctions, ...plainFunctions), tie("value")).map(([f, a]) => `${f}(${a})`),
    fc.tuple(fc.constantFrom("min", "max", "pow"), tie("value"), tie("value")).map(([f, a, b]) => `${f}(${a}, ${b})`),
    fc.tuple(tie("value"), fc.integer({ min: -4, max: 7 })).map(([a, n]) => `(${a})^${n}`),
    fc
      .tuple(tie("value"), fc.constantFrom("+", "-", "*", "/"), tie("value"))
      .map(([a, op, b]) => `(${a}) ${op} (${b})`),
  ),
})).value;

const special = [0, -0, 1, -1, 0.5, -2.5, 1e-300, -1e300, 709.7, -708.2, Number.POSITIVE_INFINITY, Number.NaN];
const coordinate = fc.oneof(
  fc.double({ min: -50, max: 50, noNaN: true }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(...special),
);
export const anyPoint: fc.Arbitrary<Point> = fc.tuple(coordinate, coordinate, coordinate);

/** No part of the node is NaN or larger than `bound` at the point. */
export function isBounded(node: Node, point: Point, bound: number): boolean {
  return topologicalOrder([node]).every((part) => Math.abs(interpret(part, point)) <= bound);
}
