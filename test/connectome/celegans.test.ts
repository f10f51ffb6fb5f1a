import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import {
  type Connectome,
  celegans,
  celegansCommandInterneurons,
  celegansNeurons,
  celegansTouchNeurons,
  connectionDensity,
  partnerDegrees,
  reciprocity,
  synapseCountMatrix,
  synapseDegrees,
} from "wbe/connectome";

const dataFolder = process.env.WBE_DATA ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));
const hasData = existsSync(join(dataFolder, "connectome"));

/** Sizes of the strongly connected components, largest first (Kosaraju; plain and slow, for the test only). */
function strongComponents(connectome: Connectome): number[] {
  const n = connectome.nNeurons;
  const next = Array.from({ length: n }, () => new Set<number>());
  const previous = Array.from({ length: n }, () => new Set<number>());
  const { source, target } = connectome.synapses;
  source.forEach((s, k) => {
    next[s]!.add(target[k]!);
    previous[target[k]!]!.add(s);
  });
  const seen = new Set<number>();
  const walk = (i: number, links: Set<number>[], leave: (i: number) => void) => {
    seen.add(i);
    for (const j of links[i]!) if (!seen.has(j)) walk(j, links, leave);
    leave(i);
  };
  const order: number[] = [];
  for (let i = 0; i < n; i++) if (!seen.has(i)) walk(i, next, (j) => order.push(j));
  seen.clear();
  const sizes: number[] = [];
  for (const i of order.reverse()) {
    if (seen.has(i)) continue;
    let size = 0;
    walk(i, previous, () => size++);
    sizes.push(size);
  }
  return sizes.sort((a, b) => b - a);
}

const varshney = await celegans();
const chemical = varshney.ofTypes("excitatory", "inhibitory");
const electrical = varshney.ofTypes("electrical");

describe("C. elegans, Varshney et al. 2011", () => {
  test("279 neurons with 2194 chemical connections of 6394 contacts", () => {
    expect(varshney.nNeurons).toBe(279);
    expect(synapseCountMatrix(chemical).columns.length).toBe(2194);
    expect(chemical.nSynapses).toBe(6394);
  });

  test("514 pairs share gap junctions, 890 junctions in all with three of a cell with itself", () => {
    const { source, target } = electrical.synapses;
    const own = source.filter((s, k) => s === target[k]);
    expect(electrical.nSynapses).toBe(1777);
    expect(own.length).toBe(3);
    expect((1777 - 3) / 2 + 3).toBe(890);
    expect(synapseCountMatrix(electrical).columns.length).toBe(2 * 514 + 3);
  });

  test("gap junctions are symmetric", () => {
    const { rowOffsets, columns, values } = synapseCountMatrix(electrical);
    const counts = new Map<string, number>();
    for (let row = 0; row < 279; row++) {
      for (let e = rowOffsets[row]!; e < rowOffsets[row + 1]!; e++) counts.set(`${row}-${columns[e]}`, values[e]!);
    }
    for (const [pair, count] of counts) expect(counts.get(pair.split("-").reverse().join("-"))).toBe(count);
  });

  test("the published components: 237 strongly connected, 274 jointly, 248 by gap junctions", () => {
    expect(strongComponents(chemical)[0]).toBe(237);
    expect(strongComponents(varshney)[0]).toBe(274);
    expect(strongComponents(electrical).slice(0, 4)).toEqual([248, 3, 2, 1]);
  });

  // NetworkX 3 on the same table: nx.density, nx.overall_reciprocity, in_degree, out_degree.
  test("density and reciprocity are those of NetworkX", () => {
    expect(connectionDensity(chemical).value).toBeCloseTo(0.028287047781129934, 15);
    expect(reciprocity(chemical).value).toBeCloseTo(0.2123974475843209, 15);
  });

  test.each([
    ["AVAL", 53, 37, 143, 237],
    ["AVBL", 40, 20, 34, 111],
    ["RIAL", 27, 15, 96, 112],
    ["AVM", 2, 14, 40, 2],
    ["PLML", 0, 1, 1, 0],
  ])(
    "%s has %i input and %i output partners, %i output and %i input contacts",
    (name, inPartners, outPartners, out, into) => {
      const i = varshney.indexOf(name);
      const partners = partnerDegrees(chemical);
      const contacts = synapseDegrees(chemical);
      expect([partners.in[i], partners.out[i], contacts.out[i], contacts.in[i]]).toEqual([
        inPartners,
        outPartners,
        out,
        into,
      ]);
    },
  );

  test.runIf(hasData)("the table holds every row of NeuronConnect and nothing else", () => {
    const expected = new Map<string, number>();
    const rows = readFileSync(join(dataFolder, "connectome/celegans_varshney2011_neuronconnect.csv"), "utf8");
    for (const row of rows.trim().split(/\r?\n/).slice(1)) {
      const [source, target, type, count] = row.split(",").map((cell) => cell.trim()) as [
        string,
        string,
        string,
        string,
      ];
      const kind = type === "EJ" ? "=" : type === "S" || type === "Sp" ? ">" : null;
      if (kind) expected.set(source + kind + target, (expected.get(source + kind + target) ?? 0) + Number(count));
    }
    const found = new Map<string, number>();
    const { source, target, type } = varshney.synapses;
    const { labels } = varshney.nodes;
    source.forEach((s, k) => {
      const key = labels[s]! + (varshney.synapseTypes[type[k]!] === "electrical" ? "=" : ">") + labels[target[k]!]!;
      found.set(key, (found.get(key) ?? 0) + 1);
    });
    expect(new Map([...found].sort())).toEqual(new Map([...expected].sort()));
  });
});

describe("C. elegans, Cook et al. 2019", () => {
  test("302 neurons, 3638 chemical connections of total size 20589 (the totals of Fenyves et al. 2020)", async () => {
    const cook = await celegans({ wiring: "cook2019", contactConductance: 1 });
    const { weight } = cook.ofTypes("excitatory", "inhibitory").synapses;
    expect([cook.nNeurons, weight.length, weight.reduce((a, b) => a + b)]).toEqual([302, 3638, 20589]);
    const degrees = partnerDegrees(cook);
    const silent = cook.nodes.labels.filter((_, i) => degrees.in[i] === 0 && degrees.out[i] === 0);
    expect(silent).toEqual(["CANL", "CANR"]);
  });
});

describe("C. elegans neurons", () => {
  const expand = (stem: string, n: number) => Array.from({ length: n }, (_, i) => `${stem}${i + 1}`);

  test("302 distinct neurons, each with a class except the two CAN", async () => {
    const neurons = await celegansNeurons();
    expect(new Set(neurons.map(({ name }) => name)).size).toBe(302);
    expect(neurons.filter(({ classes }) => classes.length === 0).map(({ name }) => name)).toEqual(["CANL", "CANR"]);
    expect(neurons.every(({ position }) => position.every(Number.isFinite))).toBe(true);
  });

  test("the 26 classical GABA neurons make inhibitory synapses (McIntire et al. 1993)", () => {
    const gaba = [...expand("DD", 6), ...expand("VD", 13), "RMED", "RMEL", "RMER", "RMEV", "RIS", "AVL", "DVB"];
    expect(gaba).toHaveLength(26);
    const inhibitory = new Set(
      Array.from(varshney.ofTypes("inhibitory").synapses.source, (s) => varshney.nodes.labels[s]),
    );
    const excitatory = new Set(
      Array.from(varshney.ofTypes("excitatory").synapses.source, (s) => varshney.nodes.labels[s]),
    );
    const { out } = synapseDegrees(chemical);
    for (const name of gaba) {
      expect(inhibitory.has(name)).toBe(out[varshney.indexOf(name)]! > 0);
      expect(excitatory.has(name)).toBe(false);
    }
  });

  test("the eight dopamine neurons are CEP, ADE and PDE (Sulston et al. 1975)", async () => {
    const dopamine = (await celegansNeurons()).filter(({ transmitters }) =>
      transmitters.some(({ name }) => name === "DA"),
    );
    expect(dopamine.map(({ name }) => name)).toEqual([
      ...["ADEL", "ADER", "CEPDL", "CEPDR", "CEPVL", "CEPVR", "PDEL", "PDER"],
    ]);
  });

  test.runIf(hasData)("dopamine, octopamine and tyramine neurons are those of Bentley et al. 2016", async () => {
    const text = readFileSync(join(dataFolder, "connectome/celegans_bentley2016_expression.csv"), "utf8");
    const listed = (word: string) =>
      text
        .split(/\r?\n/)
        .map((row) => row.split(",").map((cell) => cell.trim()))
        .filter(([, relation, what]) => relation === "Neurotransmitter" && what === word)
        .map(([name]) => name);
    const neurons = await celegansNeurons();
    for (const [short, word] of [
      ["DA", "Dopamine"],
      ["OA", "Octopamine"],
      ["TA", "Tyramine"],
    ]) {
      const ours = neurons.filter(({ transmitters }) => transmitters.some(({ name }) => name === short));
      expect(new Set(ours.map(({ name }) => name))).toEqual(new Set(listed(word!)));
    }
  });

  test("touch neurons are sensory, command interneurons are cholinergic interneurons", async () => {
    const byName = new Map((await celegansNeurons()).map((neuron) => [neuron.name, neuron]));
    for (const name of celegansTouchNeurons) {
      expect(byName.get(name)!.classes).toEqual(["sensory"]);
      // Glutamate in all but PVM, which the atlas of Wang et al. 2024 lists as an orphan.
      expect(byName.get(name)!.transmitters.map((transmitter) => transmitter.name)).toEqual(
        name === "PVM" ? [] : ["Glu"],
      );
    }
    for (const name of celegansCommandInterneurons) {
      expect(byName.get(name)!.classes).toEqual(["interneuron"]);
      expect(byName.get(name)!.transmitters[0]).toEqual({ name: "ACh", potential: false });
    }
    expect([celegansTouchNeurons.length, celegansCommandInterneurons.length]).toEqual([6, 10]);
  });

  test("somata stand where anatomy has them: left of right, head before tail", async () => {
    const at = new Map((await celegansNeurons()).map(({ name, position }) => [name, position]));
    for (const stem of ["ALM", "PLM", "AVA", "AVB", "HSN", "PDE", "ADE"]) {
      expect(at.get(`${stem}L`)![0]).toBeGreaterThan(at.get(`${stem}R`)![0]);
    }
    const order = ["I1L", "AVAL", "AVM", "PVM", "PVCL", "PLML"].map((name) => at.get(name)![1]);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    for (let i = 1; i < 13; i++) expect(at.get(`VD${i}`)![1]).toBeLessThan(at.get(`VD${i + 1}`)![1]);
  });
});

describe("celegans options", () => {
  test("glutamate may be taken as inhibitory", async () => {
    const connectome = await celegans({ glutamate: "inhibitory" });
    const avm = connectome.indexOf("AVM");
    const { offsets, type } = connectome.synapses;
    const types = type.subarray(offsets[avm], offsets[avm + 1]);
    expect(types.includes(connectome.typeIndex("inhibitory"))).toBe(true);
    expect(types.includes(connectome.typeIndex("excitatory"))).toBe(false);
  });

  test("merged contacts keep the summed weight", async () => {
    const merged = await celegans({ mergeContacts: true, contactConductance: 1, gapConductance: 1 });
    const total = merged.synapses.weight.reduce((a, b) => a + b);
    expect([merged.nSynapses, total]).toEqual([2194 + 2 * 514 + 3, 6394 + 1777]);
  });

  test("delays grow with distance and gap junctions have none", () => {
    const { source, target, delay, type } = varshney.synapses;
    const y = (i: number) => varshney.nodes.positions[3 * i + 1]!;
    source.forEach((s, k) => {
      if (varshney.synapseTypes[type[k]!] === "electrical") expect(delay[k]).toBe(0);
      else expect(delay[k]).toBeGreaterThanOrEqual(0.4999 + Math.abs(y(s) - y(target[k]!)) / 300);
    });
  });

  test("unknown options are refused", async () => {
    await expect(celegans({ contactConductance: -1 })).rejects.toThrow(/contactConductance/);
    await expect(celegans({ wiring: "white1986" as "cook2019" })).rejects.toThrow(/found "white1986"/);
    await expect(celegans({ glutamate: "modulatory" as "inhibitory" })).rejects.toThrow(/found "modulatory"/);
  });
});
