import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fromGates, fromLogisticUnits, fromStateByNode, integratedInformation4 } from "wbe/consciousness";
import golden from "../../golden/iit4.json" with { type: "json" };

const root = new URL("../../../", import.meta.url);
const data = process.env.WBE_DATA ?? new URL("../shared/data", root).pathname;
const table = `${data}/consciousness/iit4_2023_phi_table.json`;

interface PhiRecord {
  name: string;
  state: number[];
  tpm: number[][];
  phi_s: number;
}

const figure1 = fromLogisticUnits(
  [
    [-0.2, 0.7, 0.2],
    [0.7, -0.2, 0],
    [0, -0.8, 0.2],
  ],
  4,
);
const basic = fromGates([
  { gate: "OR", inputs: [1, 2] },
  { gate: "COPY", inputs: [2] },
  { gate: "XOR", inputs: [0, 1] },
]);
const xor3 = fromGates([0, 1, 2].map((i) => ({ gate: "XOR" as const, inputs: [0, 1, 2].filter((j) => j !== i) })));
const majority = fromLogisticUnits(
  [0, 1, 2].map(() => [0.3, 0.3, 0.3]),
  8,
);

describe("integrated information 4.0", () => {
  // Albantakis et al. 2023, Fig 1: state 011, printed to two decimals.
  it.each([
    ["A", [0], 0.04],
    ["AB", [0, 1], 0.17],
    ["ABC", [0, 1, 2], 0.13],
  ])("of %s in Figure 1 of the paper is as printed", async (_, nodes, printed) => {
    const { value } = await integratedInformation4(figure1, [0, 1, 1], { nodes, structure: false });
    expect(Math.abs(value - printed)).toBeLessThan(0.005);
  });

  it("has the cause, the effect and the distinctions of AB in Figure 1", async () => {
    const { cause, effect, structure } = await integratedInformation4(figure1, [0, 1, 1], { nodes: [0, 1] });
    expect(Math.abs(cause.phi - 0.24)).toBeLessThan(0.005);
    expect(Math.abs(effect.phi - 0.17)).toBeLessThan(0.005);
    const found = structure!.distinctions.map((d) => [d.mechanism, d.cause.nodes, d.effect.nodes]);
    expect(found).toEqual([
      [[0], [1], [1]],
      [[1], [0], [0, 1]],
      [[0, 1], [1], [0, 1]],
    ]);
    const printed = [0.33, 0.32, 0.07];
    structure!.distinctions.forEach(({ phi }, i) => {
      expect(Math.abs(phi - printed[i]!)).toBeLessThan(0.005);
    });
  });

  // Values of PyPhi's IIT 4.0 branch (its tests at commit 0510521).
  it.each([
    ["OR, COPY, XOR at 100", basic, [1, 0, 0], { phi: Math.log2(4 / 3), big: 1, distinctions: 2, relations: 0 }],
    ["three XOR at 000", xor3, [0, 0, 0], { phi: 1.5, big: 9.5, distinctions: 4, relations: 15 }],
    [
      "three majority units at 000",
      majority,
      [0, 0, 0],
      { phi: 0.03661738126586076, big: 45.41420280245964, distinctions: 7, relations: 127 },
    ],
  ])("of %s equals PyPhi 4.0, structure included", async (_, network, state, expected) => {
    const { value, structure } = await integratedInformation4(network, state);
    expect(value).toBeCloseTo(expected.phi, 10);
    expect(structure!.phi).toBeCloseTo(expected.big, 9);
    expect([structure!.distinctions.length, structure!.relations]).toEqual([expected.distinctions, expected.relations]);
  });

  it("of the ring of six copies in Figure 6 is 1.7467, Φ 7.65 (printed 1.74 and 7.65)", async () => {
    const ring = fromLogisticUnits(
      Array.from({ length: 6 }, (_, i) => Array.from({ length: 6 }, (_, j) => (j === (i + 1) % 6 ? 1 : 0))),
      4,
    );
    const { value, structure } = await integratedInformation4(ring, [1, 0, 0, 0, 0, 0]);
    expect(Math.abs(value - 1.7467)).toBeLessThan(5e-5);
    expect(Math.abs(structure!.phi - 7.65)).toBeLessThan(0.005);
  });

  it("of feed-forward systems is exactly 0", async () => {
    const chain = fromGates([0, 0, 1].map((input) => ({ gate: "COPY" as const, inputs: [input] })));
    expect((await integratedInformation4(chain, [1, 1, 1])).value).toBe(0);
  });

  // A second program, without any of the shortcuts; only rounding differs.
  it(`equals enumeration straight from the equations on ${golden.networks.length} random networks, to 1e-9`, async () => {
    for (const network of golden.networks) {
      const { n, tpm } = network;
      const rows = Array.from({ length: 2 ** n }, (_, s) => tpm.slice(s * n, s * n + n).map((p) => p / 1000));
      const { value, structure } = await integratedInformation4(fromStateByNode(rows), network.state);
      expect(value).toBeCloseTo(network.phi, 9);
      expect(structure!.distinctions).toHaveLength(network.distinctions);
      expect(structure!.sumDistinctions).toBeCloseTo(network.sumDistinctions, 9);
      expect(structure!.relations).toBe(network.relations);
      expect(structure!.sumRelations).toBeCloseTo(network.sumRelations, 9);
    }
  });

  // That table counts losses below 0 and cuts in one direction only; ours are 0 there.
  it.skipIf(!existsSync(table))("equals PyPhi 4.0 on the 48 systems of its oracle, to 1e-9", async () => {
    const { records } = JSON.parse(readFileSync(table, "utf8")) as { records: PhiRecord[] };
    expect(records).toHaveLength(48);
    for (const { tpm, state, phi_s } of records) {
      const options = { systemPartitions: "directed-bi", structure: false } as const;
      const { value } = await integratedInformation4(fromStateByNode(tpm), state, options);
      expect(value).toBeCloseTo(Math.max(0, phi_s), 9);
    }
  });
});
