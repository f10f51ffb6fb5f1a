import { describe, expect, it } from "vitest";
import { type NetworkDescription, parseDescription, SimulationEngine } from "../../../src/simulation/index.js";
import { populationActivity } from "../../../src/validation/features/population-activity.js";
import { coba, cobaHh, cuba } from "../../../src/validation/papers/brette-2007.js";
import { brunel2000, brunelRegimes, brunelStationaryRate } from "../../../src/validation/papers/brunel-2000.js";
import { izhikevich2003 } from "../../../src/validation/papers/izhikevich-2003.js";
import { potjansDiesmann2014 } from "../../../src/validation/papers/potjans-diesmann-2014.js";
import { tsodyksMarkram1998 } from "../../../src/validation/papers/tsodyks-markram-1998.js";
import { vogelsAbbott2005 } from "../../../src/validation/papers/vogels-abbott-2005.js";
import golden from "../../golden/networks.json" with { type: "json" };

async function run(description: NetworkDescription, start = 100) {
  const engine = await SimulationEngine.fromDescription(description);
  await engine.run();
  return populationActivity(engine.spikes(), { start, stop: description.duration });
}

describe("networks of papers", () => {
  it.each<[string, NetworkDescription]>([
    ["coba", coba()],
    ["cuba", cuba()],
    ["cobaHh", cobaHh()],
    ["vogelsAbbott2005", vogelsAbbott2005()],
    ["brunel2000", brunel2000()],
    ["izhikevich2003", izhikevich2003()],
    ["potjansDiesmann2014", potjansDiesmann2014()],
    ["tsodyksMarkram1998", tsodyksMarkram1998()],
  ])("%s is plain data: through JSON it is the same description", (_, description) => {
    expect(JSON.parse(JSON.stringify(description))).toEqual(description);
    expect(parseDescription(description).populations).toHaveLength(description.populations.length);
  });

  it("COBA in a smaller network with the same inputs fires as irregularly as Brian2's", async () => {
    // 1,000 neurons instead of 4,000 share more of their inputs, and 300 ms are few: within a factor of two.
    const { rate, cv } = await run(coba({ size: 1000, duration: 400 }));
    const peer = golden.networks.coba.activity.exc;
    expect(rate).toBeGreaterThan(peer.rate.mean / 2);
    expect(rate).toBeLessThan(peer.rate.mean * 2);
    expect(cv).toBeGreaterThan(1);
  });

  it("another seed gives another network, the same seed the same one", async () => {
    const [a, b, c] = await Promise.all([1, 1, 2].map((seed) => run(cuba({ size: 400, duration: 350, seed }))));
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
  });
});

describe("Brunel 2000", () => {
  it("the stationary rates are those of the paper's table 1, column theory, to its last digit", () => {
    expect(brunelStationaryRate(brunelRegimes["SI fast"])).toBeCloseTo(55.8, 1);
    expect(brunelStationaryRate(brunelRegimes.AI)).toBeCloseTo(38.0, 0);
    expect(Math.abs(brunelStationaryRate(brunelRegimes.AI) - 38.0)).toBeLessThan(0.051);
    expect(brunelStationaryRate(brunelRegimes["SI slow"])).toBeCloseTo(6.5, 1);
  });

  it("the network has 12,500 neurons with 1,250 inputs each at full scale", () => {
    const { populations, projections } = brunel2000();
    expect(populations.map(({ size }) => size)).toEqual([10_000, 2500]);
    const inputs = projections.filter(({ to }) => to === "inh").map(({ rule }) => "k" in rule && rule.k);
    expect(inputs).toEqual([1000, 250]);
  });

  it("at scale 0.1 fires as in NEST", async () => {
    const { rate } = await run(brunel2000({ scale: 0.1, duration: 1000 }), 200);
    const peer = golden.networks["brunel-0.1-ai"].activity.exc.rate;
    expect(Math.abs(rate - peer.mean)).toBeLessThan(4 * peer.sd); // one draw beside the mean of ten
  });

  it("where excitation dominates neurons fire together and regularly", async () => {
    // In the AI state at this scale the CV is 1.0 and the synchrony 24.
    const { cv, synchrony } = await run(brunel2000({ regime: "SR", scale: 0.2, duration: 300 }));
    expect(cv).toBeLessThan(0.1);
    expect(synchrony).toBeGreaterThan(240);
  });

  it("refuses a scale outside (0, 1]", () => {
    expect(() => brunel2000({ scale: 0 })).toThrow(/scale/);
    expect(() => brunel2000({ scale: 1.5 })).toThrow(/scale/);
  });
});

describe("Izhikevich 2003", () => {
  it("fires as the program of the paper with one more ms of delay", async () => {
    const { rate } = await run(izhikevich2003(), 200);
    const { exc, inh } = golden.networks.izhikevich.activity;
    const mean = 0.8 * exc.rate.mean + 0.2 * inh.rate.mean;
    expect(Math.abs(rate - mean)).toBeLessThan(4 * Math.max(exc.rate.sd, inh.rate.sd));
  });
});

describe("Potjans & Diesmann 2014", () => {
  const synapses = (scale: number) =>
    potjansDiesmann2014({ scale }).projections.reduce((sum, { rule }) => sum + ("n" in rule ? rule.n : 0), 0);

  it("has 77,169 neurons and 298,880,968 synapses at full scale", () => {
    expect(potjansDiesmann2014({ scale: 1 }).populations.reduce((sum, { size }) => sum + size, 0)).toBe(77_169);
    // Rounded projection by projection here.
    expect(Math.abs(synapses(1) - 298_880_968)).toBeLessThan(64);
  });

  it("at full scale adds no current; at scale 0.1 weights grow by the root of ten and inputs shrink tenfold", () => {
    const [full, tenth] = [potjansDiesmann2014({ scale: 1 }), potjansDiesmann2014({ scale: 0.1 })];
    const poisson = ({ stimuli }: NetworkDescription) => stimuli.find((s) => s.kind === "poisson")!;
    const [a, b] = [poisson(full), poisson(tenth)] as { weight: number; rate: number }[];
    expect(b!.weight / a!.weight).toBeCloseTo(Math.sqrt(10), 12);
    expect(b!.rate / a!.rate).toBeCloseTo(0.1, 12);
    // 0.15 mV is the peak of the PSP of 87.8 pA (Potjans & Diesmann 2014, table 5).
    expect(a!.weight).toBeCloseTo(87.81, 2);
    for (const stimulus of full.stimuli) if (stimulus.kind === "constant") expect(stimulus.amplitude).toBe(0);
    expect(synapses(0.1) / synapses(1)).toBeCloseTo(0.01, 6);
  });

  it("refuses a scale outside (0, 1]", () => {
    expect(() => potjansDiesmann2014({ scale: -1 })).toThrow(/scale/);
  });
});
