import { describe, expect, it } from "vitest";
import {
  estimateCost,
  findComplexes,
  fromGates,
  fromRule,
  fromStateByNode,
  integratedInformation3,
  type TransitionMatrix,
} from "wbe/consciousness";
import { setOf } from "../../../src/consciousness/iit/subsets.js";
import golden from "../../golden/iit3.json" with { type: "json" };

const oizumi = fromGates([
  { gate: "OR", inputs: [1, 2] },
  { gate: "AND", inputs: [0, 2] },
  { gate: "XOR", inputs: [0, 1] },
]);
const basic = fromGates([
  { gate: "OR", inputs: [1, 2] },
  { gate: "COPY", inputs: [2] },
  { gate: "XOR", inputs: [0, 1] },
]);
const xor3 = fromGates([0, 1, 2].map((i) => ({ gate: "XOR" as const, inputs: [0, 1, 2].filter((j) => j !== i) })));
const rule110 = fromRule(3, (node, state) => {
  const bit = (i: number) => (state >> ((i + 3) % 3)) & 1;
  return (110 >> (4 * bit(node - 1) + 2 * bit(node) + bit(node + 1))) & 1;
});

const matrixOf = ({ n, tpm }: { n: number; tpm: number[] }): TransitionMatrix =>
  fromStateByNode(Array.from({ length: 2 ** n }, (_, s) => tpm.slice(s * n, s * n + n).map((p) => p / 1000)));

describe("integrated information 3.0", () => {
  it.each([
    ["OR, AND, XOR at 100 (Oizumi et al. 2014, Fig 12): 23/12, six concepts", oizumi, [1, 0, 0], 23 / 12, 6],
    ["OR, COPY, XOR at 100 (PyPhi's documentation): 2.3125, four concepts", basic, [1, 0, 0], 2.3125, 4],
    ["three XOR at 000 (PyPhi's documentation): 1.875", xor3, [0, 0, 0], 1.875, 3],
    ["rule 110 at 101 (PyPhi's documentation): 1.100016, seven concepts", rule110, [1, 0, 1], 1.100016, 7],
  ])("of %s", async (_, network, state, phi, concepts) => {
    const result = await integratedInformation3(network, state);
    expect(Math.abs(result.value - phi)).toBeLessThan(1e-6);
    expect(result.concepts).toHaveLength(concepts);
  });

  it("has the small φ, purviews and cut of the published OR, AND, XOR network", async () => {
    const { concepts, cut } = await integratedInformation3(oizumi, [1, 0, 0]);
    const phi = Object.fromEntries(concepts.map((c) => [c.mechanism.map((i) => "ABC"[i]).join(""), c.phi]));
    const published = { A: 1 / 6, B: 1 / 6, C: 1 / 4, AB: 1 / 4, BC: 1 / 3, ABC: 1 / 2 };
    expect(Object.keys(phi).sort()).toEqual(Object.keys(published).sort());
    for (const [mechanism, value] of Object.entries(published)) expect(phi[mechanism]).toBeCloseTo(value, 10);
    expect(cut).toEqual({ from: [0, 1], to: [2] });
  });

  it("of part of a network takes the rest as background: BC of OR, COPY, XOR has 1", async () => {
    expect((await integratedInformation3(basic, [1, 0, 0], { nodes: [1, 2] })).value).toBeCloseTo(1, 10);
  });

  // PyPhi rounded to 1e-10; its transport and ours add in another order.
  it(`equals PyPhi ${golden.tools.pyphi} on ${golden.networks.length} random networks of 3 to 5 nodes, concepts included, to 1e-8`, async () => {
    expect(golden.networks.filter(({ n, phi }) => n <= 4 && phi > 0).length).toBeGreaterThan(60);
    for (const network of golden.networks) {
      const result = await integratedInformation3(matrixOf(network), network.state);
      expect(Math.abs(result.value - network.phi)).toBeLessThan(1e-8);
      if (result.concepts.length === 0 && network.phi === 0) continue; // found to be 0 before concepts were looked for
      const concepts = result.concepts.map((c) => [
        setOf(c.mechanism),
        c.phi,
        setOf(c.cause.purview),
        setOf(c.effect.purview),
      ]);
      expect(concepts).toHaveLength(network.concepts.length);
      concepts.forEach((concept, i) => {
        concept.forEach((x, j) => {
          expect(Math.abs(x - network.concepts[i]![j]!)).toBeLessThan(1e-8);
        });
      });
    }
  });

  it("of feed-forward and of disconnected systems is exactly 0", async () => {
    const chain = fromGates([0, 0, 1, 2].map((input) => ({ gate: "COPY" as const, inputs: [input] })));
    expect((await integratedInformation3(chain, [1, 1, 1, 1])).value).toBe(0);
    const pairs = fromGates([1, 0, 3, 2].map((input) => ({ gate: "COPY" as const, inputs: [input] })));
    expect((await integratedInformation3(pairs, [1, 0, 0, 1])).value).toBe(0);
    expect((await integratedInformation3(pairs, [1, 0, 0, 1], { nodes: [0, 1] })).value).toBe(1);
  });

  it("does not depend on the names of the nodes", async () => {
    const order = [2, 0, 1];
    const renamed = fromRule(3, (node, state) => {
      const old = order.reduce((bits, from, to) => bits | (((state >> to) & 1) << from), 0);
      return rule110.probability[old * 3 + order[node]!]!;
    });
    const state = order.map((from) => [1, 0, 1][from]!);
    expect((await integratedInformation3(renamed, state)).value).toBeCloseTo(1.1000160256, 9);
  });

  it("refuses a state that nothing leads to", async () => {
    await expect(integratedInformation3(basic, [0, 1, 0])).rejects.toThrow(/no state leads to/);
  });

  it("refuses, before any work, what would take too long, with the estimate", async () => {
    const large = fromRule(10, (node, state) => (((state >> ((node + 1) % 10)) & 1) === 1 ? 0.9 : 0.1));
    await expect(integratedInformation3(large, 0)).rejects.toThrow(
      /at most 600 s, found an estimate of .* s for Φ \(IIT 3.0\) of 10 nodes/,
    );
    expect(estimateCost(6, "3.0").seconds).toBeGreaterThan(estimateCost(5, "3.0").seconds);
  });

  it("can be cancelled", async () => {
    const signal = AbortSignal.abort();
    await expect(integratedInformation3(basic, 1, { signal })).rejects.toMatchObject({ code: "CANCELLED" });
  });
});

describe("complexes", () => {
  it("of two separate pairs are the pairs", async () => {
    const pairs = fromGates([1, 0, 3, 2].map((input) => ({ gate: "COPY" as const, inputs: [input] })));
    for (const version of ["3.0", "4.0"] as const) {
      const { complexes } = await findComplexes(pairs, [1, 0, 0, 1], { version });
      expect(complexes.map(({ nodes }) => nodes)).toEqual([
        [0, 1],
        [2, 3],
      ]);
    }
  });

  it("of the OR, COPY, XOR network are all three nodes by IIT 3.0 and the pair BC by 4.0", async () => {
    const three = await findComplexes(basic, [1, 0, 0], { version: "3.0" });
    expect(three.complexes.map(({ nodes }) => nodes)).toEqual([[0, 1, 2]]);
    const four = await findComplexes(basic, [1, 0, 0]);
    expect(four.complexes[0]).toEqual({ nodes: [1, 2], phi: 2 });
  });
});
