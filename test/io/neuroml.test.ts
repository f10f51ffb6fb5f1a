import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { biophysicsOf, bytesSource, memorySink, morphologyOf, neuromlFormat, quantityOf } from "wbe/io";
import type { NeuroMlDocument } from "../../src/io/neuroml-data.js";
import golden from "../golden/format-files.json" with { type: "json" };
import { dataFolder } from "./data-folder.js";

const read = (text: string | Uint8Array) =>
  neuromlFormat.read(bytesSource(typeof text === "string" ? new TextEncoder().encode(text) : text, "doc.nml"));
const written = async (document: NeuroMlDocument) => {
  const sink = memorySink("doc.nml");
  await neuromlFormat.write!(document, sink);
  return sink.bytes();
};
const inside = (body: string) => `<neuroml xmlns="http://www.neuroml.org/schema/neuroml2" id="x">${body}</neuroml>`;
const cell = (body: string) => inside(`<cell id="c"><morphology id="m">${body}</morphology></cell>`);
const segment = (id: number, parent = "", proximal = "") =>
  `<segment id="${id}">${parent}${proximal}<distal x="${id}" y="0" z="0" diameter="1"/></segment>`;

describe("a document that libNeuroML wrote", async () => {
  const document = await read(Buffer.from(golden.neuroml.file, "base64"));
  const [one] = document.cells;

  it("has the cell's segments and groups, with included ones", () => {
    expect(Array.from(one!.segments.id)).toEqual([0, 3, 5, 6]);
    expect(Array.from(one!.segments.parent)).toEqual([-1, 0, 1, 0]);
    expect(Array.from(one!.segments.fractionAlong)).toEqual([1, 1, 1, 0]);
    expect(one!.groups.map(({ id, rows }) => [id, Array.from(rows)])).toEqual([
      ["soma_group", [0]],
      ["dend_a", [1]],
      ["dendrite_group", [2, 1]],
      ["axon_group", [3]],
    ]);
    expect(one!.notes).toBe("two segments");
  });

  it("has the cell as a tree, with libNeuroML's lengths and areas", () => {
    const m = morphologyOf(one!);
    // Two ends of the soma; the dendrite begins at its own diameter; the axon at the first end of the soma.
    expect(Array.from(m.parent)).toEqual([-1, 0, 1, 2, 3, 0]);
    expect(Array.from(m.type)).toEqual([1, 1, 3, 3, 3, 2]);
    expect(Math.hypot(m.x[5]! - m.x[0]!, m.y[5]! - m.y[0]!)).toBeCloseTo(golden.neuroml.axonLength, 12);
    expect(2 * Math.PI * m.radius[3]! * (m.x[3]! - m.x[2]!)).toBeCloseTo(golden.neuroml.dendriteSurface, 9);
  });

  it("has the biophysics in wbe's units", () => {
    expect(biophysicsOf(one!)).toEqual({
      channels: [
        {
          id: "leak",
          kind: "channelDensity",
          channel: "pas",
          group: "all",
          ion: "non_specific",
          density: 0.3,
          reversal: -54.3,
        },
        {
          id: "na",
          kind: "channelDensity",
          channel: "naChan",
          group: "soma_group",
          ion: "na",
          density: 120,
          reversal: 50,
        },
      ],
      capacitance: [{ group: "all", value: 1 }],
      resistivity: [{ group: "all", value: 30 }],
      initial: [{ group: "all", value: -65 }],
      spikeThreshold: [{ group: "all", value: -20 }],
    });
  });

  it("has abstract cells, synapses, inputs and channels as they stand", () => {
    expect(document.components.map(({ kind, attributes }) => `${kind} ${attributes.id}`).sort()).toEqual([
      "expTwoSynapse syn",
      "gapJunction gj",
      "iafTauCell iaf",
      "ionChannelHH naChan",
      "ionChannelHH pas",
      "izhikevich2007Cell rs",
      "pulseGenerator pulse",
    ]);
    const gate = document.components.find(({ attributes }) => attributes.id === "naChan")!.children[0]!;
    expect(gate).toMatchObject({ kind: "gateHHrates", attributes: { id: "m", instances: "3" } });
    expect(gate.children.map(({ kind }) => kind)).toEqual(["forwardRate", "reverseRate"]);
    const rs = document.components.find(({ kind }) => kind === "izhikevich2007Cell")!.attributes;
    expect(quantityOf(rs.k!)).toEqual({ value: 0.7, unit: "nS/mV" });
  });

  it("has the network: places, projections with delays, single connections and inputs", () => {
    const [net] = document.networks;
    expect(net!.temperature).toBe(34);
    expect(net!.populations.map(({ id, component, size }) => [id, component, size])).toEqual([
      ["cells", "cell", 3],
      ["points", "iaf", 5],
    ]);
    expect(Array.from(net!.populations[0]!.positions!)).toEqual([0, 0, 0.125, 10.5, -1, 0.125, 21, -2, 0.125]);
    const byId = Object.fromEntries(net!.projections.map((p) => [p.id, p]));
    const { p, e, points_points_syn: single } = byId;
    expect([Array.from(p!.sourceCell), Array.from(p!.targetCell)]).toEqual([
      [0, 1],
      [2, 0],
    ]);
    expect([Array.from(p!.targetSegment), Array.from(p!.targetFraction)]).toEqual([
      [3, 0],
      [0.75, 0.5],
    ]);
    expect([Array.from(p!.weight), Array.from(p!.delay)]).toEqual([
      [0.5, 2],
      [1.5, 2],
    ]);
    expect([e!.kind, e!.synapse, Array.from(e!.targetCell)]).toEqual(["electricalProjection", "gj", [1]]);
    expect([Array.from(single!.sourceCell), Array.from(single!.targetCell), single!.synapse]).toEqual([
      [0],
      [4],
      "syn",
    ]);
    expect(
      net!.inputs
        .map(({ id, component, cell: cells, weight }) => [id, component, Array.from(cells), Array.from(weight)])
        .sort(),
    ).toEqual([
      ["i", "pulse", [1], [3]],
      ["points_pulse", "pulse", [1], [1]],
    ]);
  });

  it("is the same after writing and reading again", async () => {
    const again = await read(await written(document));
    expect({ ...again, components: [] }).toEqual({ ...document, components: [], warnings: [] });
    expect(again.components).toEqual(expect.arrayContaining([...document.components]));
  });
});

describe("quantities of NeuroML", () => {
  it.each([
    ["0.05 S_per_cm2", 50, "mS/cm2"],
    ["3 S_per_m2", 0.3, "mS/cm2"],
    ["0.01 F_per_m2", 1, "uF/cm2"],
    ["0.1 kohm_cm", 100, "ohm*cm"],
    ["0.125per_ms", 0.125, "1/ms"],
    ["2 per_mV", 2, "1/mV"],
    ["-65mV", -65, "mV"],
    ["0.1nA", 100, "pA"],
    ["300 K", 26.850000000000023, "degC"],
    ["1e-4 mol_per_m3", 1e-4, "mM"],
    ["3", 3, "1"],
    ["10 Hz", 0.01, "1/ms"],
  ])("%s is %d %s", (text, value, unit) => {
    const found = quantityOf(text);
    expect(found.unit).toBe(unit);
    expect(found.value).toBeCloseTo(value, 12);
  });

  it.each(["", "ten mV", "5 stones", "1e999 mV", "5 mV_per_"])("%j is refused", (text) => {
    expect(() => quantityOf(text)).toThrow(/expected|unknown unit|no dimension/);
  });
});

describe("cells", () => {
  const root = segment(0, "", '<proximal x="0" y="0" z="0" diameter="1"/>');

  it("a sphere of one segment is one point", async () => {
    const sphere =
      '<segment id="0"><proximal x="1" y="2" z="3" diameter="10"/><distal x="1" y="2" z="3" diameter="10"/></segment>';
    const m = morphologyOf((await read(cell(sphere))).cells[0]!);
    expect([Array.from(m.x), Array.from(m.radius)]).toEqual([[1], [5]]);
  });

  it("children may stand before their parents", async () => {
    const m = morphologyOf(
      (await read(cell(segment(2, '<parent segment="1"/>') + segment(1, '<parent segment="0"/>') + root))).cells[0]!,
    );
    expect(Array.from(m.parent)).toEqual([-1, 0, 1]);
    expect(Array.from(m.x)).toEqual([0, 1, 2]);
  });

  it("paths and subtrees of groups are their segments", async () => {
    const chain =
      root +
      [1, 2, 3].map((id) => segment(id, `<parent segment="${id - 1}"/>`)).join("") +
      segment(4, '<parent segment="1"/>');
    const groups =
      '<segmentGroup id="path"><path><from segment="1"/><to segment="3"/></path></segmentGroup>' +
      '<segmentGroup id="tree"><subTree><from segment="1"/></subTree></segmentGroup>';
    const { groups: found } = (await read(cell(chain + groups))).cells[0]!;
    expect(found.map(({ rows }) => Array.from(rows))).toEqual([
      [1, 2, 3],
      [1, 2, 3, 4],
    ]);
  });

  it.each([
    [
      cell(segment(1, '<parent segment="7"/>')),
      /expected a segment of the cell, found the id 7 \(at doc.nml, line 1\)/,
    ],
    [cell(segment(1, '<parent segment="2"/>') + segment(2, '<parent segment="1"/>')), /form a circle/],
    [cell(root + root), /segment 0 is there twice/],
    [cell(segment(0)), /expected <proximal> of segment 0/],
    [
      cell(
        `${root}<segmentGroup id="a"><include segmentGroup="b"/></segmentGroup><segmentGroup id="b"><include segmentGroup="a"/></segmentGroup>`,
      ),
      /includes itself through/,
    ],
    [cell(`${root}<segmentGroup id="a"><include segmentGroup="z"/></segmentGroup>`), /a group that is not there, "z"/],
    [
      cell('<segment id="0"><distal x="nan" y="0" z="0" diameter="1"/></segment>'),
      /expected a number as x, found "nan"/,
    ],
    [inside('<cell id="c" morphology="elsewhere"/>'), /expected the morphology "elsewhere"/],
    ["<nml/>", /expected <neuroml>, found <nml>/],
    [
      inside(
        '<network id="n"><population id="p" component="c" size="2"/><projection id="q" presynapticPopulation="p" postsynapticPopulation="p" synapse="s"><connection id="0" preCellId="../p/0/c" postCellId="../p/2/c"/></projection></network>',
      ),
      /expected cells below 2 of "p" in projection "q", found 2/,
    ],
    [
      inside('<network id="n"><inputList id="i" component="c" population="p"/></network>'),
      /expected a population of the network/,
    ],
  ])("a broken document is refused with its place: %#", async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });

  it("ids that NeuroML does not allow are not written", async () => {
    const document = await read(inside('<network id="n"><population id="p" component="c" size="1"/></network>'));
    const [network] = document.networks;
    const wrong = { ...document, networks: [{ ...network!, id: "東" }] };
    await expect(written(wrong)).rejects.toThrow(/expected an id of letters, digits and _/);
  });
});

describe.runIf(dataFolder)("cells of the reference data", () => {
  const folder = join(dataFolder ?? "", "sonata/shared_components/biophysical_neuron_templates/nml");
  // SOURCES.md: 14, 13, 13, 14 and 14 channelDensity elements.
  it.each([
    ["472363762", 14],
    ["472912177", 13],
    ["473862421", 13],
    ["473863035", 14],
    ["473863510", 14],
  ])("cell %s has %d channel densities, by any of their kinds", async (id, count) => {
    const document = await read(readFileSync(join(folder, `Cell_${id}.cell.nml`)));
    const { channels, capacitance, resistivity } = biophysicsOf(document.cells[0]!);
    expect(document.cells[0]!.id).toBe(id);
    expect(channels.length).toBe(count);
    expect(capacitance.every(({ value }) => value >= 1 && value < 3)).toBe(true);
    expect(resistivity[0]!.value).toBeGreaterThan(20);
    if (id === "472363762") {
      expect(channels.find(({ channel }) => channel === "NaTs")).toMatchObject({
        group: "soma",
        reversal: 53,
        density: 982.28995893,
      });
      expect(resistivity).toEqual([{ group: "all", value: 138.28 }]);
    }
  });
});
