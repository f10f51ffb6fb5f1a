/** Whole networks against a simulation without rings, epochs or kernels: every arrival in a list of its own. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ProjectionSpec, SimulationEngine } from "wbe/simulation";
import { network, run } from "./networks.js";

const dt = 0.1;
const ports = [
  { synapse: "ExpCurrent", tau: 2 },
  { synapse: "ExpCurrent", tau: 5 },
  { synapse: "Pulse", tau: 0 },
] as const;

interface Edge {
  readonly source: number;
  readonly target: number;
  readonly delay: number;
  readonly weight: number;
}
interface Net {
  readonly sizes: readonly number[];
  readonly projections: readonly {
    readonly from: number;
    readonly to: number;
    readonly port: number;
    readonly edges: readonly Edge[];
  }[];
  readonly drive: readonly (readonly number[])[];
}

/** LIF with the default parameters and tRef 1 ms, exact propagators, one step after the other. */
function simulate({ sizes, projections, drive }: Net, steps: number) {
  const decay = Math.exp(-dt / 20);
  const synaptic = ports.map(({ tau }) =>
    tau === 0 ? 0 : ((1 / 250) * (Math.exp(-dt / tau) - decay)) / (1 / 20 - 1 / tau),
  );
  const V = sizes.map((size) => new Float64Array(size).fill(-70));
  const left = sizes.map((size) => new Float64Array(size));
  const current = sizes.map((size) => ports.map(() => new Float64Array(size)));
  const due = new Map<string, number>();
  const spikes: [number, number][] = [];
  const starts = sizes.map((_, p) => sizes.slice(0, p).reduce((a, b) => a + b, 0));
  for (let step = 0; step < steps; step++) {
    const fired = sizes.map((size, p) => {
      const list: number[] = [];
      for (let i = 0; i < size; i++) {
        const isHeld = left[p]![i]! > 0;
        ports.forEach(({ tau }, k) => {
          const arrived = due.get(`${step} ${p} ${k} ${i}`) ?? 0;
          if (tau > 0) current[p]![k]![i]! += arrived;
          else if (!isHeld) V[p]![i]! += arrived;
        });
        let v = -70 + (V[p]![i]! + 70) * decay + (drive[p]![i]! / 12.5) * (1 - decay);
        ports.forEach(({ tau }, k) => {
          if (tau === 0) return;
          v += synaptic[k]! * current[p]![k]![i]!;
          current[p]![k]![i]! *= Math.exp(-dt / tau);
        });
        if (isHeld) left[p]![i]!--;
        else V[p]![i] = v;
        if (V[p]![i]! >= -50 && left[p]![i] === 0) {
          V[p]![i] = -60;
          left[p]![i] = 10;
          list.push(i);
          spikes.push([step + 1, starts[p]! + i]);
        }
      }
      return list;
    });
    for (const { from, to, port, edges } of projections) {
      for (const { source, target, delay, weight } of edges) {
        if (!fired[from]!.includes(source)) continue;
        const key = `${step + 1 + delay} ${to} ${port} ${target}`;
        due.set(key, (due.get(key) ?? 0) + weight);
      }
    }
  }
  return { spikes, V };
}

function describeNet({ sizes, projections, drive }: Net, steps: number) {
  return network({
    duration: steps * dt,
    populations: sizes.map((size, p) => ({ name: `p${p}`, model: "LIF", size, params: { tRef: 1 } })),
    projections: projections.map(
      ({ from, to, port, edges }, k): ProjectionSpec => ({
        name: `j${k}`,
        from: `p${from}`,
        to: `p${to}`,
        synapse: ports[port]!.synapse,
        params: ports[port]!.tau > 0 ? { tau: ports[port]!.tau } : {},
        rule: { kind: "edges", source: edges.map((e) => e.source), target: edges.map((e) => e.target) },
        weight: { values: edges.map((e) => e.weight) },
        delay: { values: edges.map((e) => e.delay * dt) },
      }),
    ),
    stimuli: sizes.map((_, p) => ({ kind: "constant", population: `p${p}`, amplitude: { values: drive[p]! } })),
  });
}

const net = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 3 }).chain((sizes) => {
  const pick = fc.nat({ max: sizes.length - 1 });
  const projection = fc
    .record({ from: pick, to: pick, port: fc.nat({ max: 2 }), longest: fc.constantFrom(1, 2, 7, 8, 31, 64, 150) })
    .chain(({ from, to, port, longest }) =>
      fc.record({
        from: fc.constant(from),
        to: fc.constant(to),
        port: fc.constant(port),
        edges: fc.array(
          fc.record({
            source: fc.nat({ max: sizes[from]! - 1 }),
            target: fc.nat({ max: sizes[to]! - 1 }),
            delay: fc.integer({ min: 1, max: longest }),
            // Whole numbers: sums in single precision are exact, in any order.
            weight: port === 2 ? fc.integer({ min: -6, max: 12 }) : fc.integer({ min: -200, max: 500 }),
          }),
          { maxLength: 25 },
        ),
      }),
    );
  return fc.record({
    sizes: fc.constant(sizes),
    projections: fc.array(projection, { maxLength: 5 }),
    drive: fc.tuple(
      ...sizes.map((n) => fc.array(fc.double({ min: 100, max: 900, noNaN: true }), { minLength: n, maxLength: n })),
    ),
  });
});

describe("networks of odd sizes, several ports, mixed delays, autapses and multapses", () => {
  it("fire the spikes of a simulation that keeps every arrival in a list of its own", async () => {
    let total = 0;
    await fc.assert(
      fc.asyncProperty(net, async (given) => {
        const steps = 600;
        const engine = await run(describeNet(given, steps));
        const expected = simulate(given, steps);
        const { step, neuron } = engine.spikes();
        expect([...step].map((s, k) => [s, neuron[k]])).toEqual(expected.spikes);
        given.sizes.forEach((_, p) => {
          const found = engine.view().state(`p${p}`, "V").data;
          expected.V[p]!.forEach((v, i) => {
            expect(Math.abs(found[i]! - v)).toBeLessThan(1e-9);
          });
        });
        total += step.length;
      }),
      { numRuns: 150, seed: 20260201 },
    );
    expect(total).toBeGreaterThan(3000);
  });
});

describe("delays", () => {
  const one = (delay: number | string, rest: object = {}) =>
    SimulationEngine.fromDescription(
      network({
        dt: 0.1,
        projections: [
          {
            name: "self",
            from: "cells",
            to: "cells",
            synapse: "Pulse",
            rule: { kind: "one-to-one" },
            weight: 1,
            delay,
          },
        ],
        stimuli: [{ kind: "spikes", population: "cells", times: [0], weight: 1000, synapse: "Pulse" }],
        recorders: [{ kind: "state", population: "cells", variable: "V" }],
        ...rest,
      }),
    );

  it.each([
    [1.04, 10],
    [1.06, 11],
    ["1.5 ms", 15],
    ["0.002 s", 20],
    [0.1, 1],
    [6553.5, 65535],
  ])("of %s ms at dt 0.1 ms are the nearest step, %d", async (delay, steps) => {
    const engine = await one(delay, {
      duration: (steps + 3) / 10,
      populations: [{ name: "cells", model: "LIF", size: 1, params: { tRef: 0, Vreset: -70 } }],
    });
    await engine.run();
    const { data } = engine.recorded("V");
    // The spike of step 1 comes back: V leaves rest in the step after step 1 + delay.
    expect(data.findIndex((v, k) => k > 1 && v !== -70)).toBe(1 + steps + 1);
  });

  it.each([0.04, 0, -1, 6553.6])("of %d ms are refused, naming the projection", async (delay) => {
    await expect(one(delay)).rejects.toMatchObject({
      code: "ARGUMENT",
      message: expect.stringMatching(/delay from one step \(0\.1 ms\).*projection "self", delay/),
    });
  });

  it("drawn from a distribution that reaches below one step are refused too", async () => {
    const cells = { name: "cells", model: "LIF", size: 50 };
    const drawn = one("1 ms", {
      populations: [cells],
      projections: [
        {
          name: "n",
          from: "cells",
          to: "cells",
          synapse: "Pulse",
          rule: { kind: "one-to-one" },
          weight: 1,
          delay: { normal: [0.5, 0.5] },
        },
      ],
    });
    await expect(drawn).rejects.toMatchObject({ code: "ARGUMENT" });
  });
});
