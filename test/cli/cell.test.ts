import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dataFolder } from "../io/data-folder.js";
import { wbe } from "./harness.js";

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "wbe-cell-"));
  await writeFile(join(cwd, "ball.swc"), "1 1 0 0 0 10 -1\n");
  await writeFile(join(cwd, "tree.swc"), "1 1 0 0 0 10 -1\n2 3 0 10 0 1 1\n3 3 0 200 0 1 2\n");
  const method = (name: string) => ({ name, params: {} });
  await mkdir(join(cwd, "glif"));
  await writeFile(
    join(cwd, "glif/neuron_config.json"),
    JSON.stringify({
      ...{ El_reference: -0.07, El: 0, C: 1e-10, R_input: 2e8, th_inf: 0.02, dt: 5e-5, spike_cut_length: 40 },
      ...{ init_voltage: 0, coeffs: { C: 1, G: 1, th_inf: 1 } },
      threshold_dynamics_method: method("inf"),
      voltage_reset_method: method("zero"),
      AScurrent_dynamics_method: method("none"),
    }),
  );
});
afterAll(() => rm(cwd, { recursive: true }));

const json = async (args: string) => {
  const { code, out, err } = await wbe(`cell ${args} --json`, { cwd });
  expect({ code, err: code === 0 ? "" : err }).toEqual({ code: 0, err: "" });
  return JSON.parse(out);
};

it("wbe cell says when a current drives V where no membrane is", async () => {
  expect((await wbe("cell ball.swc --iclamp 1mA", { cwd })).err).toMatch(/warning: 1000000000 pA drives V to \d.* mV/);
  expect((await wbe("cell ball.swc --iclamp 50pA", { cwd })).err).not.toMatch(/warning/);
});

describe("wbe cell", () => {
  it("finds the resistance and time constant of a passive sphere: Rm/area and Rm·Cm", async () => {
    const measured = await json("ball.swc --membrane passive --iclamp 5pA --onset 1 --duration 400");
    expect(measured.rest).toBeCloseTo(-65, 9);
    expect(measured.inputResistance).toBeCloseTo(20_000 / (Math.PI * 400e-8) / 1e6, 2);
    // Sampled every 0.1 ms; implicit Euler at 0.025 ms is late by half a step.
    expect(Math.abs(measured.timeConstant - 20)).toBeLessThan(0.15);
    expect(measured.steps).toEqual([{ amplitude: 5, spikes: 0, rate: 0 }]);
  });

  it("finds rest, resistance, spikes and the rheobase of a GLIF neuron by their closed forms", async () => {
    const measured = await json("glif --iclamp 90pA,0.12nA --rheobase --onset 10 --duration 500 --dt 0.05");
    expect(measured).toMatchObject({ rest: -70, rheobase: 101 });
    expect(measured.inputResistance).toBeCloseTo(200, 6);
    // τ = 20 ms, V∞ = 24 mV over a threshold of 20 mV: 20·ln 6 = 35.84 ms to a spike, and 2 ms cut out after each.
    expect(measured.steps[0].spikes).toBe(0);
    expect(measured.steps[1].latency).toBeCloseTo(35.85, 6);
    expect(measured.steps[1].spikes).toBe(Math.floor((500 - 35.85) / 37.85) + 1);
  });

  it("writes traces and a drawing, and not over files that are there", async () => {
    const line = "cell tree.swc --iclamp 100pA,600pA --onset 20 --duration 50 --dt 0.05 --out made";
    const { code, out } = await wbe(line, { cwd });
    expect(code).toBe(0);
    expect(out).toMatch(/100 pA +[01] spikes?, .*\n600 pA +\d+ spikes, \d+ Hz, first after/);
    const [head, first, ...rows] = (await readFile(join(cwd, "made/traces.csv"), "utf8")).trim().split("\n");
    expect([head, first]).toEqual(["t (ms),V at 100 pA (mV),V at 600 pA (mV)", "0,-65,-65"]);
    expect(rows).toHaveLength(1200);
    for (const name of ["traces.svg", "cell.svg"]) {
      expect(await readFile(join(cwd, "made", name), "utf8")).toMatch(/^<svg/);
    }
    expect((await wbe(line, { cwd })).err).toMatch(/made\/traces\.csv.*--force/s);
    expect((await wbe(`${line} --force`, { cwd })).code).toBe(0);
  });

  it.each([
    ["cell nothing.swc", /does not exist/],
    ["cell tree.swc --iclamp 10mV", /expected a quantity in pA.*--iclamp/s],
    ["cell tree.swc --test 0pA --onset 1 --duration 1", /test current that is not 0/],
    ["cell tree.swc --level 7", /--level/],
    ["cell .", /expected one .*_fit\.json.*found none/s],
  ])("%s is an error that says what is wrong", async (line, message) => {
    const { code, err } = await wbe(line, { cwd });
    expect(code).not.toBe(0);
    expect(err).toMatch(message);
  });

  it.skipIf(dataFolder === undefined || !existsSync(`${dataFolder}/celltypes`))(
    "runs an Allen model from its folder",
    async () => {
      const folder = `${dataFolder}/celltypes/perisomatic_472450023_Sst`;
      const measured = await json(`${folder} --iclamp 70pA --dt 0.1`);
      expect(measured.steps[0].spikes).toBe(24);
      expect(measured.name).toBe("perisomatic_472450023_Sst");
    },
  );
});
