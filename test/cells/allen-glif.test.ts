import { existsSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { allenCellFromFiles, readGlifConfig } from "wbe/cells";
import { allenCell } from "../../src/cells/index.node.js";
import golden from "../golden/glif.json" with { type: "json" };
import { dataFolder } from "../io/data-folder.js";

const method = (name: string, params: object = {}) => ({ name, params });
const levelTwo = () => ({
  El_reference: -0.07,
  El: 0,
  C: 1e-10,
  R_input: 2e8,
  th_inf: 0.02,
  coeffs: { C: 1, G: 1, th_inf: 1.1, a: 1, b: 1, asc_amp_array: [1, 1] },
  dt: 5e-5,
  spike_cut_length: 100,
  init_voltage: 0,
  threshold_dynamics_method: method("spike_component", { a_spike: 0.002, b_spike: 100 }),
  voltage_reset_method: method("v_before", { a: 0.4, b: 0.004 }),
  AScurrent_dynamics_method: method("none"),
});

describe("a GLIF configuration", () => {
  it("becomes a population in the units of the model, fitted values times their coefficients", () => {
    const { level, model, params, init, dt, name } = readGlifConfig({ "123": levelTwo() }, "neuron_config.json");
    expect({ level, model, name }).toEqual({ level: 2, model: "GLIF2", name: "123" });
    const expected = {
      C: 100,
      gL: 5,
      EL: -70,
      Vth: -48,
      tRef: 5,
      resetFraction: 0.4,
      resetJump: 4,
      aSpike: 2,
      bSpike: 0.1,
    };
    for (const [key, value] of Object.entries(expected)) expect(params[key]).toBeCloseTo(value, 10);
    expect(Object.keys(params)).toHaveLength(9);
    expect(init).toEqual({ V: -70 });
    expect(dt).toBeCloseTo(0.05, 12);
  });

  it.each([
    [{ C: undefined }, /expected a finite number as C/],
    [{ R_input: 0 }, /R_input > 0, found 0 \(at a\.json, R_input/],
    [{ El: 0.001 }, /expected El = 0 with reset rules/],
    [{ AScurrent_dynamics_method: method("vector") }, /no GLIF level has the rules spike_component, v_before, vector/],
    [{ voltage_reset_method: method("v_before", { a: "x" }) }, /voltage_reset_method\.params\.a, found "x"/],
  ])("with a missing, wrong or unknown entry is an error with file and key (%#)", (changed, message) => {
    expect(() => readGlifConfig({ ...levelTwo(), ...changed }, "a.json")).toThrow(message);
  });

  it("is found among the files of a model, as in a browser", async () => {
    const file = new File([JSON.stringify(levelTwo())], "neuron_config.json");
    const other = new File(["not read"], "notes.txt");
    expect(await allenCellFromFiles([other, file])).toMatchObject({ kind: "glif", level: 2 });
    await expect(allenCellFromFiles([other])).rejects.toThrow(/expected one .*GLIF configuration, found none/);
    const two = [file, new File([JSON.stringify(levelTwo())], "a_lif_r.json")];
    await expect(allenCellFromFiles(two)).rejects.toThrow(/level 2 \(a_lif_r\), level 2 .*level: 3/);
    await expect(allenCellFromFiles([new File(["{"], "neuron_config.json")])).rejects.toThrow(/expected JSON/);
  });
});

describe.skipIf(dataFolder === undefined || !existsSync(`${dataFolder}/celltypes`))("in the data folder", () => {
  it.each([1, 2, 3, 4, 5] as const)("level %i of cell 637930677 has the parameters of the golden", async (level) => {
    const model = await allenCell(`${dataFolder}/celltypes/glif_637930677`, { level });
    if (model.kind !== "glif") throw new Error("expected a GLIF model");
    const expected: Record<string, number> = golden[`GLIF${level}`].params;
    expect(Object.keys(model.params).sort()).toEqual(Object.keys(expected).sort());
    for (const [name, value] of Object.entries(expected)) expect(model.params[name]).toBeCloseTo(value, 9);
  });

  it("every configuration is read", async () => {
    const folder = `${dataFolder}/celltypes/glif_osb`;
    for (const name of readdirSync(folder)) {
      expect(await allenCell(`${folder}/${name}`)).toMatchObject({ kind: "glif", name });
    }
  });
});
