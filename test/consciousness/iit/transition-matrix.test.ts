import { describe, expect, it } from "vitest";
import { fromGates } from "../../../src/consciousness/iit/gates.js";
import {
  fromRule,
  fromSpikes,
  fromStateByNode,
  fromStateByState,
  fromStateSeries,
  toStateByState,
} from "../../../src/consciousness/iit/transition-matrix.js";
import { RandomStream } from "../../../src/core/random.js";

// A = OR(B, C), B = COPY(C), C = XOR(A, B): the "basic" network of PyPhi's documentation, rows little-endian.
const basicRows = [
  [0, 0, 0],
  [0, 0, 1],
  [1, 0, 1],
  [1, 0, 0],
  [1, 1, 0],
  [1, 1, 1],
  [1, 1, 1],
  [1, 1, 0],
];
const basicGates = fromGates([
  { gate: "OR", inputs: [1, 2] },
  { gate: "COPY", inputs: [2] },
  { gate: "XOR", inputs: [0, 1] },
]);

describe("transition matrices", () => {
  it("of gates equal the published matrix, little-endian", () => {
    expect([...basicGates.probability]).toEqual(basicRows.flat());
    expect([...basicGates.connectivity]).toEqual([0, 0, 1, 1, 0, 1, 1, 1, 0]);
  });

  it("are the same in big-endian order with rows in that order", () => {
    const bigEndian = [0, 4, 2, 6, 1, 5, 3, 7].map((state) => basicRows[state]!);
    expect([...fromStateByNode(bigEndian, { order: "big-endian" }).probability]).toEqual(basicRows.flat());
  });

  it("survive the way to state-by-state form and back", () => {
    const random = new RandomStream(3, 18);
    const matrix = fromRule(3, () => random.uniform());
    const full = toStateByState(matrix);
    const back = fromStateByState(Array.from({ length: 8 }, (_, s) => full.subarray(s * 8, s * 8 + 8)));
    matrix.probability.forEach((p, i) => {
      expect(back.probability[i]).toBeCloseTo(p, 14);
    });
  });

  it("refuse nodes that are not independent given the state before", () => {
    // Two nodes that are both on or both off with probability 1/2: no product of two marginals.
    const row = [0.5, 0, 0, 0.5];
    expect(() => fromStateByState([row, row, row, row])).toThrow(/independent given the state before/);
  });

  it.each([
    ["a probability above 1", () => fromStateByNode([[2], [0]]), /a probability from 0 to 1, found 2/],
    ["a number of rows that is no power of two", () => fromStateByNode([[0], [0], [0]]), /2\^n rows/],
    [
      "a row that does not sum to 1",
      () =>
        fromStateByState([
          [0.5, 0.4],
          [1, 0],
        ]),
      /sum to 1, found 0.9/,
    ],
    ["an unknown gate", () => fromGates([{ gate: "MAYBE" as "OR", inputs: [0] }]), /expected a gate, found "MAYBE"/],
    ["NaN", () => fromStateByNode([[Number.NaN], [0]]), /finite number, found NaN/],
  ])("refuse %s", (_, make, message) => {
    expect(make).toThrow(message);
  });

  it("estimated from a long record approach the matrix that made it", () => {
    const truth = fromRule(2, (node, state) => [0.2, 0.7, 0.4, 0.9][(state + node) % 4]!);
    const random = new RandomStream(5, 18);
    const nSamples = 40_000;
    const data = new Uint8Array(nSamples * 2);
    for (let k = 1; k < nSamples; k++) {
      const before = data[2 * k - 2]! | (data[2 * k - 1]! << 1);
      for (let node = 0; node < 2; node++)
        data[2 * k + node] = random.uniform() < truth.probability[before * 2 + node]! ? 1 : 0;
    }
    const { matrix, visits, warnings } = fromStateSeries({ data, nNodes: 2, nSamples });
    expect(warnings).toEqual([]);
    // Five standard errors of a proportion at the least visited state.
    const tolerance = 5 * Math.sqrt(0.25 / Math.min(...visits));
    truth.probability.forEach((p, i) => {
      expect(Math.abs(matrix.probability[i]! - p)).toBeLessThan(tolerance);
    });
  });

  it("estimated from a short record say how many states were never seen", () => {
    const { warnings, matrix } = fromStateSeries({ data: [1, 0, 0, 1, 1, 0], nNodes: 2, nSamples: 3 });
    expect(warnings.join()).toMatch(/2 of 4 states were never seen/);
    expect(matrix.probability[0]).toBe(0.5);
  });

  it("of spikes take a bin with a spike as on", () => {
    const spikes = {
      dt: 1,
      startStep: 0,
      stopStep: 6,
      nNeurons: 2,
      step: Uint32Array.of(1, 2, 3, 4, 5, 6),
      neuron: Uint32Array.of(0, 1, 0, 1, 0, 1),
      pulseTimes: [],
      populations: [{ name: "cells", start: 0, size: 2 }],
    };
    const { matrix, visits } = fromSpikes(spikes, [0, 1], 1);
    expect(visits[1]! + visits[2]!).toBeGreaterThanOrEqual(4);
    // A spikes, then B, then A: after "A alone" always "B alone".
    expect([matrix.probability[2], matrix.probability[3]]).toEqual([0, 1]);
  });
});
