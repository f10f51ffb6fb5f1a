import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { differentiate } from "../../src/compiler/derivative.js";
import { functionTable } from "../../src/compiler/functions.js";
import { hoistInvariants } from "../../src/compiler/hoist.js";
import { Graph, type Node } from "../../src/compiler/ir.js";
import golden from "../golden/elementary-functions.json" with { type: "json" };
import {
  anyPoint,
  anyText,
  interpret,
  isBounded,
  nodeOf,
  type Point,
  runJs,
  runScalar,
  runSimd,
  sharedText,
} from "./expressions.js";
import { bitsOf } from "./kernels.js";

const seed = 20240601; // a failing run can be repeated

const hard = [
  ...[0, -0, 1e-320, -1e-320, 1, -1, 0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 1e300, -1e300, 708, 709, 710, -708, -709, 1e15],
  ...[Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 2.2250738585072014e-308, 2 ** 52 - 0.5],
];

describe("functions of the model language", () => {
  it.each(Object.entries(functionTable))(
    "%s: core/math, scalar and SIMD WebAssembly have equal bits",
    async (name, entry) => {
      const rows = Object.values(golden.values).flatMap((list) => (list as number[][]).map((row) => row[0]!));
      const xs = [...rows, ...hard];
      // Functions of x ≤ 0 by contract are asked for nothing else.
      const domain: Record<string, (x: number) => number> = {
        decay: (x) => -Math.abs(x),
        decay2: (x) => -Math.abs(x),
        // Odd multiples of 2^−53 near both ends, around the borders of the three ranges, and in between.
        normalQuantile: (x) =>
          (2 * Math.min(2 ** 52 - 1, Math.floor(2 ** 52 * (Math.abs(Math.sin(x)) ** 8 || 0))) + 1) * 2 ** -53,
      };
      const given = xs.map(domain[name] ?? ((x) => x));
      const ys = [...hard, 2, 3, -3, 0.25, 7.5];
      const points = given.map((x, i): Point => [x, ys[i % ys.length]!, 0]);
      const g = new Graph();
      const args = [g.leaf("state", "x"), g.leaf("state", "y")].slice(0, entry.arity);
      const node = g.call(name, args);
      const expected = bitsOf(Float64Array.from(points, (p) => entry.evaluate(...p.slice(0, entry.arity))));
      expect(bitsOf(await runScalar(g, node, points))).toEqual(expected);
      expect(bitsOf(await runSimd(g, node, points))).toEqual(expected);
    },
  );

  it.each(Object.entries(functionTable).filter(([, { evaluateF32 }]) => evaluateF32))(
    "%s in single precision: core/math-f32 and SIMD WebAssembly have equal bits",
    async (name, entry) => {
      const xs = Object.values(golden.values).flatMap((list) => (list as number[][]).map((row) => row[0]!));
      const edges = [87, -87, 88, 88.5, -88, 127, -126, 128, -127, 31.5, 1e-40, -1e-40, 1.2e-38, 3.4e38, 8e6];
      const given = [...xs, ...hard, ...edges].map(Math.fround);
      const ys = [...hard, 2, 3, -3, 0.25, 7.5].map(Math.fround);
      const points = given.map(
        (x, i): Point => [name === "decay" || name === "decay2" ? -Math.abs(x) : x, ys[i % ys.length]!, 0],
      );
      const g = new Graph();
      const args = [g.leaf("state", "x"), g.leaf("state", "y")].slice(0, entry.arity);
      const expected = Float32Array.from(points, (p) => entry.evaluateF32!(...p.slice(0, entry.arity)));
      expect(bitsOf(await runSimd(g, g.call(name, args), points, "f32"))).toEqual(bitsOf(expected));
    },
  );

  it("has a doc line and a derivative that finite differences confirm, where it has one", () => {
    for (const [name, entry] of Object.entries(functionTable)) {
      expect(entry.doc.length).toBeGreaterThan(5);
      if (!entry.derivative) continue;
      const g = new Graph();
      const args = [g.leaf("state", "x"), g.leaf("state", "y")].slice(0, entry.arity);
      for (const [i, leaf] of args.entries()) {
        const slope = differentiate(g, g.call(name, args), leaf)!;
        for (const x of [0.3, 1.1, 2.7]) {
          const at: Point = [x, 0.8, 0];
          const h = 1e-5;
          const moved = (d: number) => entry.evaluate(...at.slice(0, entry.arity).map((v, k) => (k === i ? v + d : v)));
          const numeric = (moved(h) - moved(-h)) / (2 * h); // error h²/6·f‴ + 1e-16/h, below 1e-8 here
          expect(Math.abs(interpret(slope, at) - numeric)).toBeLessThan(1e-7 * Math.max(1, Math.abs(numeric)));
        }
      }
    }
  });
});

describe("random expressions", () => {
  it("have one value: interpreter, reference JavaScript, SIMD and scalar WebAssembly, to the bit", async () => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.array(anyPoint, { minLength: 3, maxLength: 5 }), async (text, points) => {
        const { g, node } = nodeOf(text);
        const expected = bitsOf(Float64Array.from(points, (p) => interpret(node, p)));
        expect(bitsOf(runJs(g, node, points))).toEqual(expected);
        expect(bitsOf(await runSimd(g, node, points))).toEqual(expected);
        expect(bitsOf(await runScalar(g, node, points))).toEqual(expected);
      }),
      { numRuns: 250, seed },
    );
  });

  it("have one value in single precision: reference JavaScript and SIMD WebAssembly, to the bit", async () => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.array(anyPoint, { minLength: 3, maxLength: 6 }), async (text, points) => {
        const { g, node } = nodeOf(text);
        expect(bitsOf(await runSimd(g, node, points, "f32"))).toEqual(bitsOf(runJs(g, node, points, "f32")));
      }),
      { numRuns: 250, seed },
    );
  });

  it("mean what JavaScript means by the same text", () => {
    fc.assert(
      fc.property(sharedText, anyPoint, (text, point) => {
        const expected = new Function(
          "x",
          "y",
          "z",
          `return ${text.replaceAll("==", "===").replaceAll("!===", "!==")}`,
        )(...point) as number;
        // Folding may turn 0·x into 0 where x is not finite; only there.
        fc.pre(Number.isFinite(expected) && point.every(Number.isFinite));
        const got = interpret(nodeOf(text).node, point);
        expect(got === expected).toBe(true);
      }),
      { numRuns: 2000, seed },
    );
  });

  it("have symbolic derivatives that finite differences confirm", () => {
    let compared = 0;
    fc.assert(
      fc.property(
        anyText,
        fc.tuple(fc.double({ min: 0.2, max: 3, noNaN: true }), fc.double({ min: 0.2, max: 3, noNaN: true })),
        (text, [x, y]) => {
          const { g, node } = nodeOf(text);
          const slope = differentiate(g, node, g.leaf("state", "x"));
          if (!slope || !isBounded(node, [x, y, 1.3], 1e4)) return;
          const f = (d: number) => interpret(node, [x + d, y, 1.3]);
          const estimates = [1e-4, 5e-5].map((h) => (f(h) - f(-h)) / (2 * h));
          // Only where the value is smooth enough that two step widths agree, and moves enough to be seen.
          const scale = Math.max(1, Math.abs(f(0)), Math.abs(estimates[0]!));
          if (!(Math.abs(estimates[0]! - estimates[1]!) < 1e-6 * scale) || !(scale < 1e6)) return;
          compared++;
          expect(Math.abs(interpret(slope, [x, y, 1.3]) - estimates[1]!)).toBeLessThan(1e-5 * scale);
        },
      ),
      { numRuns: 1500, seed },
    );
    expect(compared).toBeGreaterThan(500);
  });

  it("keep their value when invariants are hoisted, up to the rounding of reciprocals", () => {
    fc.assert(
      fc.property(
        anyText,
        fc.tuple(...[0, 1, 2].map(() => fc.double({ min: 0.1, max: 4, noNaN: true }))),
        (text, values) => {
          const point = values as unknown as Point;
          const g = new Graph();
          const { node } = nodeOf(text, g);
          // y becomes a shared, z a per-neuron parameter.
          const leaves = new Map<Node, Node>(["y", "z"].map((name) => [g.leaf("state", name), g.leaf("param", name)]));
          const root = g.substitute(node, leaves);
          const { roots, slots, columns } = hoistInvariants(g, [root], new Set(["z"]));
          const known = (leaf: Node): number => {
            if (leaf.op === "slot") return interpret(slots[Number(leaf.name)]!, point);
            if (leaf.op === "column") return interpret(columns[Number(leaf.name)]!, point);
            return point[["x", "y", "z"].indexOf(leaf.name)]!;
          };
          const flat = g.transform([roots[0]!], (n) =>
            n.op === "slot" || n.op === "column" ? g.constant(known(n)) : undefined,
          );
          const [before, after] = [interpret(node, point), interpret(flat[0]!, point)];
          // Reciprocals may differ by an ulp that conditions, roundings and cancellations make larger: skip ill-conditioned texts.
          const near = [1e-14, -1e-14].map((d) =>
            interpret(node, [point[0] * (1 + d), point[1] * (1 - d), point[2] * (1 + d)]),
          );
          const spread = Math.max(...near.map((v) => Math.abs(v - before)));
          // Exponentials that share one saturate at 2^±255 (share-exponentials.ts): larger values are not compared.
          if (!isBounded(node, point, 1e70) || Math.abs(before) < 1e-70 || !(spread <= 1e-10 * Math.abs(before)))
            return;
          expect(Math.abs(after - before)).toBeLessThanOrEqual(1e-9 * Math.abs(before));
        },
      ),
      { numRuns: 1500, seed },
    );
  });
});
