/** Odd SWC files: each becomes a cell that runs, or one sentence that says why not. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { buildCell, CableSimulation } from "wbe/cells";
import { readSwc } from "wbe/io";
import { WbeError } from "../../src/core/errors.js";
import { dataFolder } from "../io/data-folder.js";

const folders = dataFolder === undefined ? [] : ["odd", "synthetic"].map((name) => `${dataFolder}/morphology/${name}`);
const files = folders.flatMap((folder) => readdirSync(folder).map((file) => [file, `${folder}/${file}`] as const));
const parameters = [{ region: "all", Ra: 100, Cm: 1, Rm: 1e4, ELeak: -70 }];

describe.skipIf(files.length === 0)("an odd file", () => {
  it.each(files)("%s", async (_, path) => {
    let cell: ReturnType<typeof buildCell>;
    try {
      cell = buildCell({ morphology: readSwc(readFileSync(path, "utf8")), compartments: { dLambda: 0.1 }, parameters });
    } catch (error) {
      expect(error).toBeInstanceOf(WbeError);
      expect((error as WbeError).isUserFault).toBe(true);
      expect((error as WbeError).remedy ?? (error as WbeError).where).toBeTruthy();
      return;
    }
    for (const column of [cell.capacitance, cell.axial.slice(1)]) {
      column.forEach((value, i) => {
        expect(Number.isFinite(value), `node ${i}`).toBe(true);
      });
    }
    const simulation = await CableSimulation.create([cell], { dt: 0.1, V: -60 });
    await simulation.run(1000);
    // Everything decays to the leak's potential, time constant 10 ms. Rounding: 70 mV · 1e-16 · axial over leak conductance.
    for (const V of simulation.potentials()) expect(Math.abs(V + 70)).toBeLessThan(1e-6);
  });

  it("of the kind that has a zero radius is refused, a soma alone is not", () => {
    const read = (name: string) => readSwc(readFileSync(files.find(([file]) => file === name)![1], "utf8"));
    const build = (name: string) => buildCell({ morphology: read(name), compartments: { count: 1 }, parameters });
    expect(() => build("neurom_simple.swc")).toThrow(/diameter > 0, found 0 um at point 4/);
    expect(build("morphio_soma_single_frustum.swc").tree.n).toBe(1);
    expect(build("neurom_point_soma.swc").tree.n).toBe(1);
    expect(() => build("morphio_soma_cylinders.swc")).toThrow(/length > 0, found 0 um in axon\[0\]/);
    expect(() => build("neurom_multiple_somata.swc")).toThrow(/expected one tree, found 2/);
  });
});
