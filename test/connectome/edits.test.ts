import { describe, expect, test } from "vitest";
import {
  addSynapses,
  celegans,
  coarseGrain,
  graphOf,
  joinSynapses,
  lesion,
  merge,
  subgraph,
  symmetrise,
  weightMatrix,
} from "wbe/connectome";

const worm = await celegans();
const total = (of: { synapses: { weight: Float32Array } }) => of.synapses.weight.reduce((a, b) => a + b, 0);

describe("edits of a connectome", () => {
  test("a subgraph has the chosen neurons and exactly the synapses among them, and says so", () => {
    const command = ["AVAL", "AVAR", "AVBL", "AVBR"];
    const part = subgraph(worm, command);
    expect(part.nodes.labels).toEqual(command);
    let expected = 0;
    const chosen = new Set(command.map((name) => worm.indexOf(name)));
    for (let s = 0; s < worm.nSynapses; s++) {
      if (chosen.has(worm.synapses.source[s]!) && chosen.has(worm.synapses.target[s]!)) expected++;
    }
    expect(part.nSynapses).toBe(expected);
    expect(part.metadata.source).toBe(`${worm.metadata.source}; subgraph of 4 of 279 neurons`);
    const [i, j] = [part.indexOf("AVAL"), part.indexOf("AVAR")];
    expect(graphOf(part).weightOf(i, j)).toBe(graphOf(worm).weightOf(worm.indexOf("AVAL"), worm.indexOf("AVAR")));
    expect(Array.from(part.nodes.positions.subarray(0, 3))).toEqual(
      Array.from(worm.nodes.positions.subarray(3 * worm.indexOf("AVAL"), 3 * worm.indexOf("AVAL") + 3)),
    );
  });

  test("a lesion keeps the neurons and their indices and cuts all of their synapses", () => {
    const cut = lesion(worm, ["AVAL"]);
    const a = worm.indexOf("AVAL");
    expect(cut.nodes).toEqual(worm.nodes);
    expect(cut.synapses.source.includes(a) || cut.synapses.target.includes(a)).toBe(false);
    const ofCell = Array.from(worm.synapses.source.keys()).filter(
      (s) => worm.synapses.source[s] === a || worm.synapses.target[s] === a,
    ).length;
    expect(cut.nSynapses).toBe(worm.nSynapses - ofCell);
    expect(cut.metadata.source).toMatch(new RegExp(`lesion of 1 neurons \\(${ofCell} synapses\\)`));
  });

  test("coarse-graining by class keeps the summed weight, inside included, of each type", () => {
    const classes = coarseGrain(worm, { groupOf: worm.nodes.types, keepInside: true });
    expect(classes.nNeurons).toBe(new Set(worm.nodes.types).size);
    for (const type of worm.synapseTypes) {
      expect(total(classes.ofTypes(type))).toBeCloseTo(total(worm.ofTypes(type)), 2);
    }
    const outside = coarseGrain(worm, { groupOf: worm.nodes.types });
    expect(graphOf(outside).nLoops).toBe(0);
    expect(outside.nodes.labels).toEqual([...new Set(worm.nodes.types)]);
  });

  test("joined synapses have the same weight matrix, one synapse a pair and type", () => {
    const joined = joinSynapses(worm);
    const [a, b] = [weightMatrix(worm), weightMatrix(joined)];
    expect(b.columns).toEqual(a.columns);
    // Weights of a joined synapse are rounded to single precision once.
    b.values.forEach((w, k) => {
      expect(Math.abs(w - a.values[k]!)).toBeLessThan(1e-6 * Math.max(1, w));
    });
    expect(joined.nSynapses).toBeLessThan(worm.nSynapses);
  });

  test("a symmetrised connectome is its own reverse and keeps the summed weight", () => {
    const both = symmetrise(worm);
    const graph = graphOf(both);
    for (let i = 0; i < graph.nNodes; i++) {
      for (let k = graph.offsets[i]!; k < graph.offsets[i + 1]!; k++) {
        expect(graph.weightOf(graph.neighbours[k]!, i)).toBe(graph.weights![k]);
      }
    }
    expect(total(both)).toBeCloseTo(total(worm), 1);
  });

  test("merged connectomes stand side by side; synapses added join them; ids used twice are refused", () => {
    const left = subgraph(worm, (i) => i < 10);
    const right = subgraph(worm, (i) => i >= 10 && i < 25);
    const both = merge(left, right);
    expect([both.nNeurons, both.nSynapses]).toEqual([25, left.nSynapses + right.nSynapses]);
    expect(both.synapses.source.every((i, s) => i < 10 === both.synapses.target[s]! < 10)).toBe(true);
    const joined = addSynapses(both, { source: [0], target: [20], weight: [0.5], delay: [1], type: [0] });
    expect(graphOf(joined).weightOf(0, 20)).toBe(0.5);
    expect(joined.metadata.source).toMatch(/merge of .*; 1 synapses added/);
    expect(() => merge(worm, left)).toThrow(/one neuron per id/);
  });

  test.each<[string, () => unknown]>([
    ["a neuron that is not there", () => subgraph(worm, ["AVAX"])],
    ["an index outside", () => lesion(worm, [279])],
    ["nothing", () => subgraph(worm, [])],
    ["a list of groups of another length", () => coarseGrain(worm, { groupOf: ["a"] })],
  ])("refuses %s", (_, call) => {
    expect(call).toThrow(/expected|no neuron/);
  });
});
