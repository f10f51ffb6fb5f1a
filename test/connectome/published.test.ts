import { describe, expect, test } from "vitest";
import { type Connectome, publishedConnectomes, readPublishedConnectome } from "wbe/connectome";
import { SimulationConfig, SimulationEngine } from "wbe/simulation";
import { memoryFolder } from "../../src/io/folder.js";
import { localFolder } from "../../src/io/folder.node.js";
import { dataFolder } from "../io/data-folder.js";

const read = (id: string) => readPublishedConnectome(id, localFolder(`${dataFolder}/connectome`));

function countsOf(connectome: Connectome) {
  const { synapses, synapseTypes } = connectome;
  const electrical = synapseTypes.indexOf("electrical");
  let [chemical, junctions, contacts] = [0, 0, 0];
  for (let s = 0; s < connectome.nSynapses; s++) {
    if (synapses.type[s] !== electrical) {
      chemical++;
      contacts += synapses.weight[s]! / 0.1;
    } else if (synapses.source[s]! <= synapses.target[s]!) junctions++;
  }
  return { neurons: connectome.nNeurons, chemical, junctions, contacts: Math.round(contacts) };
}

const bytes = (text: string) => new TextEncoder().encode(text);

// The numbers are those of shared/data/SOURCES.md, counted by its collector, not by wbe.
describe.skipIf(dataFolder === undefined)("published connectomes, read from their files", () => {
  test.each([
    ["celegans-white1986", { neurons: 309, chemical: 2386, junctions: 575 }],
    // The paper's table lacks CANL and CANR and, without its muscles, has 279 neurons.
    ["celegans-varshney2011", { neurons: 279, chemical: 2194, contacts: 6394, junctions: 517 }],
    ["celegans-cook2019", { neurons: 448, chemical: 4681, contacts: 27019 }],
    ["celegans-witvliet2021-1", { neurons: 187, chemical: 775, contacts: 1296, junctions: 83 }],
    ["celegans-witvliet2021-8", { neurons: 219, chemical: 2186, contacts: 7970, junctions: 310 }],
    ["larva-mushroom-body-left", { neurons: 209, chemical: 7425, contacts: 25322 }],
    ["larva-mushroom-body-right", { neurons: 213, chemical: 7536, contacts: 26371 }],
    ["larva-matched-left", { chemical: 31202 }],
    ["larva-matched-right", { chemical: 33954 }],
    ["mouse-oh2014", { neurons: 426, chemical: 2 * (16954 + 15868) }],
    ["microns-layer23", { chemical: 1961, contacts: 1961 }],
    ["human-hcp-68", { neurons: 68, chemical: 1394 }],
    ["human-hcp-82", { neurons: 82, chemical: 2380 }],
    ["human-hcp-schaefer100", { neurons: 100, chemical: 2214 }],
    ["human-tvb-66", { neurons: 66, chemical: 1377 }],
    ["human-tvb-76", { neurons: 76, chemical: 1560 }],
    ["human-tvb-96", { neurons: 96, chemical: 3939 }],
    ["macaque-tvb-84", { neurons: 84 }],
  ])("%s has the numbers of cells, connections and contacts of its source", async (id, expected) => {
    const connectome = await read(id);
    expect(countsOf(connectome)).toMatchObject(expected);
    expect(connectome.metadata.source).not.toBe("");
  });

  test("every entry of the registry is read here", async () => {
    for (const id of Object.keys(publishedConnectomes)) expect((await read(id)).nNeurons).toBeGreaterThan(0);
  });

  test("the strongest projection of Oh 2014 runs from FRP to CP, on both sides alike, none from left FRP to right FRP more", async () => {
    const { synapses, nodes } = await read("mouse-oh2014");
    const strongest = synapses.weight.reduce((most, w) => Math.max(most, w), 0);
    expect(strongest).toBe(Math.fround(20.421507));
    const found = Array.from(synapses.weight.keys()).filter((s) => synapses.weight[s] === strongest);
    expect(
      found.map((s) => `${nodes.labels[synapses.source[s]!]} ${nodes.labels[synapses.target[s]!]}`).sort(),
    ).toEqual(["FRP_L CP_L", "FRP_R CP_R"]);
  });

  test("cells of MICrONS keep their ids of 18 digits, types and positions; inhibitory cells inhibit", async () => {
    const { nodes, synapses, synapseTypes } = await read("microns-layer23");
    expect(new Set(Array.from(synapses.source)).size).toBe(104);
    expect(new Set(Array.from(synapses.target)).size).toBe(334);
    const place = nodes.labels.indexOf("648518346349540057");
    expect(Array.from(nodes.positions.subarray(3 * place, 3 * place + 3))).toEqual(
      [415.44, 415.44, 4154.4].map(Math.fround),
    );
    synapses.type.forEach((type, s) => {
      expect(synapseTypes[type] === "inhibitory").toBe(nodes.types[synapses.source[s]!] === "inhibitory");
    });
  });

  test("delays of regions are tract length over 3 mm/ms", async () => {
    const { synapses } = await read("human-tvb-76");
    // SOURCES.md: the longest tract of all pairs is 153.48574 mm; connected ones are no longer.
    expect(synapses.delay.reduce((most, d) => Math.max(most, d), 0)).toBeLessThanOrEqual(153.48574 / 3 + 1e-5);
    expect(synapses.delay.every((d) => d >= 0.1 - 1e-6)).toBe(true);
  });

  test("a mushroom body runs as a network", async () => {
    const connectome = await read("larva-mushroom-body-left");
    const config = new SimulationConfig({ dt: 0.1, duration: 20, seed: 1 });
    const engine = await SimulationEngine.create({ connectome, config });
    await engine.run();
    expect(engine.spikes().nNeurons).toBe(209);
  });
});

describe("tables of published connectomes", () => {
  const worm = (table: string) =>
    readPublishedConnectome(
      "celegans-witvliet2021-1",
      memoryFolder({ "celegans_witvliet2021_dataset1_L1.csv": bytes(table) }),
    );

  test("gap junctions act both ways, GABA neurons inhibit, names are trimmed, rows of one pair are summed", async () => {
    const connectome = await worm(
      "Source,Target,Weight,Type\nAVAL , DD01,1,chemical\nDD1,AVAL ,2,chemical\nDD1,AVAL,3,chemical\nAVAL,AVAR,4,electrical\n",
    );
    const { synapses, nodes, synapseTypes } = connectome;
    const rows = Array.from(synapses.source.keys(), (s) => [
      nodes.labels[synapses.source[s]!],
      nodes.labels[synapses.target[s]!],
      synapseTypes[synapses.type[s]!],
      Number(synapses.weight[s]!.toFixed(3)),
    ]);
    expect(rows.map((row) => row.join(" ")).sort()).toEqual([
      "AVAL AVAR electrical 0.4",
      "AVAL DD01 excitatory 0.1",
      "AVAR AVAL electrical 0.4",
      "DD1 AVAL inhibitory 0.5",
    ]);
    expect(nodes.types[nodes.labels.indexOf("DD01")]).toBe("other");
  });

  test.each([
    ["pre,post,type,synapses\nAVAL,AVAR,chemical,many\n", /expected a number, found "many"[\s\S]*line 2/],
    ["pre,post,type,synapses\nAVAL,AVAR,magnetic,1\n", /"magnetic"[\s\S]*line 2/],
    ["pre,post,synapses\nAVAL,AVAR,1\n", /expected a column named type/],
    ["", /found no rows/],
  ])("%j is refused with file and line", async (table, message) => {
    await expect(worm(table)).rejects.toThrow(message);
  });

  test("an unknown connectome is refused with the list", async () => {
    await expect(readPublishedConnectome("human", memoryFolder({}))).rejects.toThrow(/human-tvb-76/);
  });
});
