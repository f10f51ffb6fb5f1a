import { describe, expect, it } from "vitest";
import { MacroPhiEstimator, PerturbationalComplexityIndex } from "wbe/consciousness";
import type { NetworkDescription } from "../../src/simulation/description.js";
import { SimulationEngine } from "../../src/simulation/engine.js";

const drive = { kind: "poisson", population: "e", rate: 4000, weight: 27, synapse: "ExpCurrent" } as const;

/** 60 leaky integrate-and-fire neurons, each driven by its own Poisson input to some 2 Hz. */
function network({ stimuli = [], ...changes }: Partial<NetworkDescription>): NetworkDescription {
  return {
    version: 1,
    seed: 1,
    dt: 0.1,
    duration: 2200,
    populations: [{ name: "e", model: "LIF", size: 60 }],
    projections: [],
    recorders: [{ kind: "spikes" }, { kind: "state", population: "e", variable: "V", every: 1 }],
    ...changes,
    stimuli: [drive, ...stimuli],
  };
}
const coupled = [
  { from: "e", to: "e", synapse: "ExpCurrent", rule: { kind: "bernoulli", p: 0.1 }, weight: 200, delay: 1.5 } as const,
];

async function run(description: NetworkDescription): Promise<SimulationEngine> {
  const engine = await SimulationEngine.fromDescription(description);
  await engine.run();
  return engine;
}

describe("MacroPhiEstimator on simulated voltages", () => {
  it("finds unconnected neurons within their null, and connected ones above it", async () => {
    const [apart, together] = await Promise.all([run(network({})), run(network({ projections: coupled }))]);
    const estimator = new MacroPhiEstimator();
    const none = estimator.estimate(apart.recorded("V"));
    const some = estimator.estimate(together.recorded("V"));
    expect(none.value).toBeLessThan(none.null!.mean + 2 * none.null!.sd);
    expect(some.null!.p).toBeCloseTo(1 / 21, 12); // none of 20 surrogates reaches it
    expect(some.value).toBeGreaterThan(some.null!.mean + 3 * some.null!.sd);
  });

  it("would take the common rise from the initial values for integration if it were kept", async () => {
    const apart = await run(network({}));
    const kept = new MacroPhiEstimator({ discard: 0 }).estimate(apart.recorded("V"));
    expect(kept.value).toBeGreaterThan(kept.null!.mean + 4 * kept.null!.sd);
  });
});

describe("PerturbationalComplexityIndex on simulated spikes", () => {
  const times = [600, 1600, 2600, 3600];
  const pulses = times.map(
    (start) =>
      ({
        kind: "pulse",
        population: "e",
        neurons: Array.from({ length: 30 }, (_, i) => i),
        amplitude: 400,
        start,
        duration: 100,
      }) as const,
  );

  it("finds the response to pulses that were delivered, and none where there were none", async () => {
    const [hit, left] = await Promise.all([
      run(network({ duration: 4200, stimuli: pulses })),
      run(network({ duration: 4200 })),
    ]);
    const index = new PerturbationalComplexityIndex();
    const response = index.compute({ spikes: hit.spikes(), perturbationTimes: times });
    expect(response.value).toBeGreaterThan(0);
    expect(response.null!.p).toBeCloseTo(1 / 41, 12); // none of 40 surrogates reaches it
    expect(response.warnings).toEqual([]);
    // The 30 stimulated neurons are the most active rows.
    expect([...response.response.rowSource.slice(0, 30)].sort((a, b) => a - b)).toEqual(pulses[0]!.neurons);
    const silence = index.compute({ spikes: left.spikes(), perturbationTimes: times });
    expect(silence.value).toBe(0);
    expect(silence.warnings.join()).toContain("none in this run");
  });
});
