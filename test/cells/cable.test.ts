/** The cable equation against closed forms. */
import { describe, expect, it } from "vitest";
import { buildCell, CableSimulation, type Cell, findSite, membraneFunction, siteAt } from "wbe/cells";
import { cylinder } from "./rallpack-cells.js";

const [Ra, Cm, Rm, E] = [150, 1, 20000, -70];
const parameters = [{ region: "all", Ra, Cm, Rm, ELeak: E }];

/** Length constant, um, and input resistance of the infinite half-cable, MΩ. */
const lambdaOf = (d: number): number => Math.sqrt(((d * 1e-4) / 4) * (Rm / Ra)) * 1e4;
const infiniteResistance = (d: number): number => ((2 / Math.PI) * Math.sqrt(Rm * Ra) * (d * 1e-4) ** -1.5) / 1e6;

const cable = (length: number, d: number, count: number): Cell =>
  buildCell({ morphology: [cylinder("dend[0]", length, d)], compartments: { count }, parameters });

async function steadyState(cell: Cell, current: number, place: { section: number; x: number }): Promise<Float64Array> {
  const site = siteAt(cell.tree, place.section, place.x);
  const clamps = [{ kind: "current", site, onset: 0, duration: 1e7, amplitude: current }] as const;
  // Implicit Euler goes to its steady state in a few steps of many time constants.
  const simulation = await CableSimulation.create([cell], { dt: 1e5, V: E, clamps, sampleInterval: 1e5 });
  await simulation.run(10e5);
  return simulation.potentials();
}

describe("steady state", () => {
  it("of a sealed cable is I·R∞·cosh((L − x)/λ)/sinh(L/λ), with an error of order 2 in dx", async () => {
    const [length, d, current] = [1000, 2, 50];
    const lambda = lambdaOf(d);
    // pA·MΩ = 1e-3 mV. Injected in the middle of the first compartment, at x0: both sides are sealed.
    const errors: number[] = [];
    for (const n of [9, 27, 81]) {
      const cell = cable(length, d, n);
      const V = await steadyState(cell, current, { section: 0, x: 0 });
      const x0 = length / n / 2;
      const scale = (current * infiniteResistance(d) * 1e-3 * Math.cosh(x0 / lambda)) / Math.sinh(length / lambda);
      const last = scale * Math.cosh(length / n / 2 / lambda);
      errors.push(Math.abs(V[n - 1]! - E - last) / last);
    }
    expect(errors[2]).toBeLessThan(1e-4);
    for (const k of [1, 2]) expect(Math.log(errors[k - 1]! / errors[k]!) / Math.log(3)).toBeCloseTo(2, 1);
  });

  it("attenuates along a sealed cable by 1/cosh(L/λ)", async () => {
    const [length, d, n] = [800, 1, 801];
    const V = await steadyState(cable(length, d, n), 10, { section: 0, x: 0 });
    const dx = length / n;
    const expected = Math.cosh(dx / 2 / lambdaOf(d)) / Math.cosh((length - dx / 2) / lambdaOf(d));
    expect((V[n - 1]! - E) / (V[0]! - E)).toBeCloseTo(expected, 6);
  });

  it("of ball and stick gives the input resistance 1/(G_soma + tanh(L/λ)/R∞)", async () => {
    const [radius, length, d] = [10, 700, 1.5];
    const stick = { ...cylinder("dend[0]", length, d, 0, 0.5) };
    const ball = { ...cylinder("soma[0]", 2 * radius, 2 * radius), type: 1 };
    const cell = buildCell({
      morphology: [ball, stick],
      compartments: { count: (section) => (section.type === 1 ? 1 : 701) },
      parameters,
    });
    const V = await steadyState(cell, 20, { section: 0, x: 0.5 });
    const somaConductance = (4 * Math.PI * radius ** 2 * 1e-8) / Rm; // S
    const input = 1e-6 / (somaConductance + Math.tanh(length / lambdaOf(d)) / (infiniteResistance(d) * 1e6)); // MΩ
    expect((V[0]! - E) / (20 * 1e-3)).toBeCloseTo(input, 2);
    expect(Math.abs((V[0]! - E) / 20e-3 / input - 1)).toBeLessThan(1e-5);
  });
});

/**
 * Deviation from rest of a sealed cable at place x when I flows in at x0 < x since t = 0 (Rall 1969, Biophys J 9:1483): the
 * steady state less a Fourier series that decays.
 */
function sealedCableStep(x: number, x0: number, t: number, length: number, d: number, current: number): number {
  const lambda = lambdaOf(d);
  const tau = (Rm * Cm) / 1000;
  const scale = current * infiniteResistance(d) * 1e-3;
  const steady = (scale * Math.cosh(x0 / lambda) * Math.cosh((length - x) / lambda)) / Math.sinh(length / lambda);
  let transient = 0;
  for (let k = 0; k < 400; k++) {
    const wave = (k * Math.PI) / length;
    const rate = 1 + (wave * lambda) ** 2;
    transient += ((k === 0 ? 1 : 2) * Math.cos(wave * x) * Math.cos(wave * x0) * Math.exp((-t * rate) / tau)) / rate;
  }
  return steady - (scale * lambda * transient) / length;
}

describe("transient", () => {
  it("of a sealed cable after a current step follows Rall's series", async () => {
    const [length, d, n, current] = [1000, 2, 501, 50];
    const cell = cable(length, d, n);
    const sites = [0.25, 0.5, 1].map((x) => siteAt(cell.tree, 0, x));
    const clamps = [
      { kind: "current", site: siteAt(cell.tree, 0, 0), onset: 0, duration: 1e3, amplitude: current },
    ] as const;
    const record = sites.map((site) => ({ site }));
    const simulation = await CableSimulation.create([cell], {
      dt: 0.02,
      method: "crank-nicolson",
      V: E,
      clamps,
      record,
    });
    await simulation.run(60);
    const { t, V } = simulation.traces();
    sites.forEach(({ node }, r) => {
      const x = cell.tree.x[node]! * length;
      const x0 = cell.tree.x[0]! * length;
      for (const time of [1, 5, 20, 60]) {
        const k = Math.round(time / 0.02);
        expect(t[k]).toBeCloseTo(time, 9);
        const expected = sealedCableStep(x, x0, time, length, d, current);
        expect(Math.abs(V[r]![k]! - E - expected), `x ${x}, t ${time}`).toBeLessThan(1e-3 * expected + 1e-5);
      }
    });
  });

  it.each([
    ["implicit-euler", 1],
    ["crank-nicolson", 2],
  ] as const)(
    "by %s is of order %d in dt, against the exact decay of a mode of the compartments",
    async (method, order) => {
      // cos(π(i + ½)/n) decays as one exponential on a chain of n equal compartments with sealed ends.
      const n = 21;
      const cell = cable(400, 1, n);
      const mode = Float64Array.from({ length: n }, (_, i) => E + 10 * Math.cos((Math.PI * (i + 0.5)) / n));
      const rate = (cell.leak[1]! + 2 * cell.axial[1]! * (1 - Math.cos(Math.PI / n))) / cell.capacitance[1]!;
      const errors: number[] = [];
      for (const dt of [0.02, 0.01, 0.005]) {
        const simulation = await CableSimulation.create([cell], { dt, method, V: [mode] });
        await simulation.run(2);
        errors.push(Math.abs(simulation.potentials()[0]! - E - (mode[0]! - E) * Math.exp(-rate * 2)));
      }
      expect(errors[0]).toBeGreaterThan(1e-6);
      for (const k of [1, 2]) expect(Math.log2(errors[k - 1]! / errors[k]!)).toBeCloseTo(order, 1);
    },
  );
});

describe("charge", () => {
  it.each(["implicit-euler", "crank-nicolson"] as const)(
    "by %s: what flows in is what the capacitances hold and what leaked out, to 1e-10",
    async (method) => {
      const sections = [
        cylinder("dend[0]", 100, 3),
        cylinder("dend[1]", 300, 1, 0),
        cylinder("dend[2]", 200, 1.5, 0),
        cylinder("dend[3]", 150, 0.7, 0, 0.5),
      ];
      const cell = buildCell({
        morphology: sections,
        compartments: { count: 15 },
        parameters: [{ region: "all", Ra, Cm }],
      });
      const clamps = [
        { kind: "current", site: siteAt(cell.tree, 3, 0.8), onset: 0.5, duration: 3, amplitude: 120 },
        { kind: "current", site: siteAt(cell.tree, 0, 0.5), onset: 2, duration: 4, amplitude: -30 },
      ] as const;
      const simulation = await CableSimulation.create([cell], { dt: 0.025, method, V: E, clamps });
      await simulation.run(10);
      const held = simulation.potentials().reduce((sum, V, i) => sum + cell.capacitance[i]! * (V - E), 0); // pF·mV = pA·ms
      expect(Math.abs(held / (120 * 3 - 30 * 4) - 1)).toBeLessThan(1e-10);

      // With a leak, by the sums of what leaks in each step; Crank–Nicolson takes the mean of both ends.
      const leaky = buildCell({ morphology: sections, compartments: { count: 15 }, parameters });
      const own = await CableSimulation.create([leaky], { dt: 0.025, method, V: E, clamps });
      let leaked = 0;
      let before = own.potentials();
      for (let k = 0; k < 400; k++) {
        await own.run(0.025);
        const after = own.potentials();
        after.forEach((V, i) => {
          const at = method === "crank-nicolson" ? (V + before[i]!) / 2 : V;
          leaked += 0.025 * leaky.leak[i]! * (at - E);
        });
        before = after;
      }
      const stored = before.reduce((sum, V, i) => sum + leaky.capacitance[i]! * (V - E), 0);
      expect(Math.abs((stored + leaked) / (120 * 3 - 30 * 4) - 1)).toBeLessThan(1e-10);
    },
  );
});

describe("clamps", () => {
  it("a voltage clamp holds its levels through its series resistance", async () => {
    const cell = buildCell({
      morphology: [{ ...cylinder("soma[0]", 20, 20), type: 1 }],
      compartments: { count: 1 },
      parameters,
    });
    const site = findSite(cell.tree, "soma", 0.5);
    const levels = [
      { V: -40, duration: 500 },
      { V: -90, duration: 500 },
    ];
    const seriesResistance = 50;
    const simulation = await CableSimulation.create([cell], {
      dt: 0.1,
      V: E,
      clamps: [{ kind: "voltage", site, levels, seriesResistance }],
    });
    // A divider of series resistance and leak.
    const leakResistance = 1000 / cell.leak[0]!;
    const divided = (V: number) => E + ((V - E) * leakResistance) / (leakResistance + seriesResistance);
    await simulation.run(500);
    expect(simulation.potentials()[0]).toBeCloseTo(divided(-40), 9);
    // All of it leaks: mV/MΩ = 1000 pA.
    const current = (1000 * (-40 - E)) / (leakResistance + seriesResistance);
    expect(simulation.traces().clampCurrent[0]!.at(-1)).toBeCloseTo(current, 6);
    expect(simulation.traces().clampCurrent[0]![0]).toBeCloseTo((1000 * (-40 - E)) / seriesResistance, 6);
    await simulation.run(500);
    expect(simulation.potentials()[0]).toBeCloseTo(divided(-90), 9);
    await simulation.run(1000);
    expect(simulation.potentials()[0]).toBeCloseTo(E, 9);
    expect(simulation.traces().clampCurrent[0]!.at(-1)).toBe(0);
    expect(simulation.traces().V).toHaveLength(0);
  });

  it("a membrane's current and slope act per area: a leak given so equals the passive leak", async () => {
    const own = buildCell({
      morphology: [cylinder("dend[0]", 300, 2)],
      compartments: { count: 7 },
      parameters: [{ region: "all", Ra, Cm }],
    });
    const passive = cable(300, 2, 7);
    const membrane = membraneFunction(({ V, current, conductance }) => {
      for (let e = 0; e < V.length; e++) {
        conductance[e] = 1000 / Rm;
        current[e] = (1000 / Rm) * (V[e]! - E);
      }
    });
    const run = async (cell: Cell, more: object) => {
      const clamps = [
        { kind: "current", site: siteAt(cell.tree, 0, 0), onset: 1, duration: 5, amplitude: 40 },
      ] as const;
      const simulation = await CableSimulation.create([cell], { dt: 0.025, V: E, clamps, ...more });
      await simulation.run(10);
      return simulation.potentials();
    };
    const [a, b] = [await run(own, { membrane }), await run(passive, {})];
    a.forEach((V, i) => {
      expect(V).toBeCloseTo(b[i]!, 9);
    });
  });
});

describe("a run", () => {
  it("can be cancelled, says how far it is, and goes on afterwards", async () => {
    const cell = cable(100, 1, 3);
    const simulation = await CableSimulation.create([cell], { dt: 0.1 });
    const signal = AbortSignal.abort();
    await expect(simulation.run(10, { signal })).rejects.toThrow(expect.objectContaining({ code: "CANCELLED" }));
    const seen: [number, number][] = [];
    await simulation.run(10, { onProgress: (done, total) => seen.push([done, total]) });
    expect(seen.at(-1)).toEqual([10, 10]);
  });
});

describe("refused", () => {
  const cell = cable(100, 1, 3);
  const site = siteAt(cell.tree, 0, 0.5);
  it.each([
    ["a time step of zero", { dt: 0 }, /time step above 0/],
    ["an unknown method", { dt: 0.1, method: "rk4" }, /unknown method "rk4"/],
    ["samples between steps", { dt: 0.1, sampleInterval: 0.25 }, /whole steps of 0.1 ms, found 0.25/],
    ["a cell that is not there", { dt: 0.1, record: [{ cell: 1, site }] }, /record on one of 1 cells.*found cell 1/],
    [
      "a clamp without resistance",
      { dt: 0.1, clamps: [{ kind: "voltage", site, levels: [{ V: 0, duration: 1 }], seriesResistance: 0 }] },
      /series resistance \(MΩ\) > 0/,
    ],
  ])("%s", async (_, options, message) => {
    await expect(CableSimulation.create([cell], options as never)).rejects.toThrow(message);
  });

  it("a potential that stops being finite, naming the place", async () => {
    const membrane = membraneFunction(({ current }) => current.fill(Number.NaN));
    const simulation = await CableSimulation.create([cell], { dt: 0.1, membrane });
    await expect(simulation.run(1)).rejects.toThrow(/V of cell 0.*dend\[0\]\(0.1667\), by 1 ms/s);
  });
});
