/** Noise terms: the draws are the streams of core, the processes have their closed-form statistics, faults are named. */
import { describe, expect, it } from "vitest";
import { buildProgram, checkModel } from "../../src/compiler/index.js";
import { noiseFactor } from "../../src/compiler/propagator.js";
import { dormandPrince } from "../../src/core/dormand-prince.js";
import { WbeError } from "../../src/core/errors.js";
import { normalQuantile } from "../../src/core/normal-quantile.js";
import { normalQuantileF32 } from "../../src/core/normal-quantile-f32.js";
import { RandomStream } from "../../src/core/random.js";
import { Stream } from "../../src/core/streams.js";
import type { NeuronDeclaration } from "../../src/neuron-models/index.js";
import type { SynapseDeclaration } from "../../src/synapse-models/index.js";
import { kolmogorovSmirnovRatio, meanAndVariance } from "../core/goodness-of-fit.js";
import { bitsOf, type CellOptions, referenceCells, wasmCells } from "./kernels.js";

/** sd σ, correlation time tau (Uhlenbeck & Ornstein 1930). */
const ou: NeuronDeclaration = {
  id: "OU",
  source: "closed form",
  params: { tau: [5, "ms"], sigma: [3, "mV"], mu: [-60, "mV"] },
  states: { V: [-60, "mV"] },
  inputs: {},
  equations: "dV/dt = (mu - V)/tau + sigma*sqrt(2/tau)*xi",
  spike: "V > 1000 mV",
  method: "exact",
};
const change = (part: Partial<NeuronDeclaration>): NeuronDeclaration => ({ ...ou, ...part });

/** Standard deviations that a statistic may be off: one in 1.6e4 right generators would fail, the seeds are fixed. */
const sds = 4;
const phi = (x: number): number => {
  // Abramowitz & Stegun 7.1.26, error below 1.5e-7: far below what a sample of 1e5 can see.
  const t = 1 / (1 + (0.3275911 * Math.abs(x)) / Math.SQRT2);
  const p = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  const tail = (p * Math.exp((-x * x) / 2)) / 2;
  return x < 0 ? tail : 1 - tail;
};

describe("a draw", () => {
  const symbols = ["xi_0", "xi_1", "xi_2", "xi_3", "xi_4"];
  const pure = change({
    states: Object.fromEntries(symbols.map((_, k) => [`x${k}`, [0, "1"] as const])),
    equations: symbols.map((xi, k) => `dx${k}/dt = ${xi}/sqrt(1 ms)`).join("\n"),
    spike: "x0 > 1e9",
    method: "euler",
  });

  it("is the number that core's stream gives at (seed, neuron in the network, step), by both emitters", async () => {
    const options = { n: 5, dt: 1, seed: 0xdeadbeef, firstNeuron: 4_000_000_001 };
    const [wasm, reference] = [await wasmCells(pure, options), await referenceCells(pure, options)];
    const random = new RandomStream(options.seed, Stream.noise);
    const expected = symbols.map(() => new Float64Array(options.n));
    for (let step = 0; step < 130; step++) {
      for (let i = 0; i < options.n; i++) {
        random.moveTo(options.firstNeuron + i, step);
        for (const sum of expected) sum[i]! += random.normal();
      }
      wasm.advance(1);
      reference.advance(1);
    }
    symbols.forEach((_, k) => {
      expect(bitsOf(wasm.state(`x${k}`))).toEqual(bitsOf(expected[k]!));
      expect(bitsOf(reference.state(`x${k}`))).toEqual(bitsOf(expected[k]!));
    });
  });

  it("in single precision is that number to 2e-6, within 5.3 sd, by both emitters to the bit", async () => {
    const options = { n: 7, dt: 1, seed: 0xdeadbeef, firstNeuron: 4_000_000_001 } as const;
    const single = { ...options, precision: "f32" } as const;
    const [wasm, reference] = [await wasmCells(pure, single), await referenceCells(pure, single)];
    const random = new RandomStream(options.seed, Stream.noise);
    let worst = 0;
    for (let step = 0; step < 1000; step++) {
      const before = symbols.map((_, k) => wasm.state(`x${k}`));
      wasm.advance(1);
      reference.advance(1);
      for (let i = 0; i < options.n; i++) {
        random.moveTo(options.firstNeuron + i, step);
        symbols.forEach((_, k) => {
          const z = random.normal();
          // Of the sum so far, some 30, f32 keeps 2e-6; of p 2^−24, which 1/φ(z) makes larger.
          const spacing = 4e-6 + 2 ** -23 * Math.sqrt(2 * Math.PI) * Math.exp((z * z) / 2);
          worst = Math.max(worst, Math.abs(wasm.state(`x${k}`)[i]! - before[k]![i]! - z) / spacing);
        });
      }
    }
    expect(worst).toBeLessThan(2);
    symbols.forEach((_, k) => {
      expect(bitsOf(wasm.state(`x${k}`))).toEqual(bitsOf(reference.state(`x${k}`)));
    });
  });

  it("of single precision is normal: quantiles of every 2^−24 that is drawn, against double precision", () => {
    let worst = 0;
    for (let k = 0; k < 2 ** 23; k += k < 4096 || k > 2 ** 23 - 4096 ? 1 : 997) {
      const p = (k + 0.5) * 2 ** -23;
      const z = normalQuantile(p);
      worst = Math.max(worst, Math.abs(normalQuantileF32(p) - z) / Math.abs(z));
    }
    expect(worst).toBeLessThan(4e-7);
  });

  it("does not depend on how many steps a call makes, or on which neurons share it", async () => {
    const options = { n: 7, dt: 0.1, seed: 3 };
    const whole = await wasmCells(ou, options);
    whole.advance(64);
    const cut = await wasmCells(ou, options);
    for (const steps of [1, 2, 3, 5, 53]) cut.advance(steps);
    expect(bitsOf(cut.state("V"))).toEqual(bitsOf(whole.state("V")));
    const parts = [];
    for (const [firstNeuron, n] of [
      [0, 3],
      [3, 1],
      [4, 3],
    ] as const) {
      const part = await wasmCells(ou, { ...options, n, firstNeuron });
      part.advance(64);
      parts.push(...bitsOf(part.state("V")));
    }
    expect(parts).toEqual(bitsOf(whole.state("V")));
  });

  it.each(["euler", "heun", "exponential-euler"])(
    "by %s has equal bits in both emitters, beside other states",
    async (method) => {
      const both = change({
        params: { ...ou.params, a: [0.3, "1/ms"] },
        states: { V: [-60, "mV"], w: [0, "mV"] },
        equations: `dV/dt = (mu - V - w)/tau + sigma*sqrt(2/tau)*(xi_V + 0.5*xi_shared)
        dw/dt = -a*w/(1 + exp(V/(10 mV))) + sigma/sqrt(3 ms)*xi_shared`,
        reset: "V = mu",
        spike: "V > -58 mV",
        refractory: "0.7 ms",
      });
      const options = { n: 3, dt: 0.1, method, seed: 11, params: { sigma: [2, 3, 4] } };
      const [wasm, reference] = [await wasmCells(both, options), await referenceCells(both, options)];
      wasm.advance(5000);
      reference.advance(5000);
      expect(wasm.spikes.length).toBeGreaterThan(20);
      expect(wasm.spikes).toEqual(reference.spikes);
      for (const name of ["V", "w"]) expect(bitsOf(wasm.state(name))).toEqual(bitsOf(reference.state(name)));
    },
  );
});

describe("the Ornstein–Uhlenbeck process", () => {
  const n = 20_000;
  const run = async (options: Omit<CellOptions, "n">, steps: number, declaration = ou) => {
    const cells = await wasmCells(declaration, { n, seed: 5, ...options });
    cells.advance(steps);
    return cells;
  };

  it.each([
    ["exact", 0.1, 60],
    ["exact", 25, 8],
    ["exponential-euler", 1, 40],
    ["exponential-euler", 50, 3],
  ] as const)("by %s at dt = %d ms has the exact law at every step", async (method, dt, steps) => {
    const cells = await run({ dt, method, init: { V: -50 } }, steps);
    const decay = Math.exp((-steps * dt) / 5);
    const mean = -60 + 10 * decay;
    const variance = 9 * (1 - decay ** 2);
    const sample = cells.state("V").slice();
    const found = meanAndVariance(sample);
    expect(Math.abs(found.mean - mean)).toBeLessThan(sds * Math.sqrt(variance / n));
    expect(Math.abs(found.variance / variance - 1)).toBeLessThan(sds * Math.sqrt(2 / n));
    expect(kolmogorovSmirnovRatio(sample, (x) => phi((x - mean) / Math.sqrt(variance)))).toBeLessThan(1);
  });

  it("has autocovariance sigma²·exp(−lag/tau)", async () => {
    const cells = await run({ dt: 0.5 }, 100);
    const at0 = cells.state("V").slice();
    for (const lag of [1, 4, 15]) {
      const later = await run({ dt: 0.5 }, 100);
      later.advance(2 * lag);
      const b = later.state("V");
      let covariance = 0;
      for (let i = 0; i < n; i++) covariance += ((at0[i]! + 60) * (b[i]! + 60)) / n;
      const rho = Math.exp(-lag / 5);
      // Variance of a product of two normals with correlation rho.
      expect(Math.abs(covariance - 9 * rho)).toBeLessThan(sds * 9 * Math.sqrt((1 + rho ** 2) / n));
    }
  });

  it("of neighbours, of two symbols and of two seeds is independent", async () => {
    const two = change({
      states: { V: [-60, "mV"], U: [-60, "mV"] },
      equations: "dV/dt = (mu - V)/tau + sigma*sqrt(2/tau)*xi_V\ndU/dt = (mu - U)/tau + sigma*sqrt(2/tau)*xi_U",
    });
    const cells = await run({ dt: 1 }, 50, two);
    const other = (await run({ dt: 1, seed: 6 }, 50, two)).state("V");
    const [V, U] = [cells.state("V"), cells.state("U")];
    const correlation = (a: Float64Array, b: Float64Array): number =>
      a.reduce((s, x, i) => s + ((x + 60) * (b[i]! + 60)) / 9 / n, 0);
    const neighbours = Float64Array.from(V, (_, i) => V[(i + 1) % n]!);
    for (const b of [U, other, neighbours]) expect(Math.abs(correlation(V, b))).toBeLessThan(sds / Math.sqrt(n));
  });

  // Linear schemes have closed-form stationary variances: V′ = g·V + q·N gives q²/(1 − g²).
  it.each([
    ["euler", (h: number) => (2 * h) / (1 - (1 - h) ** 2)],
    ["heun", (h: number) => (2 * h * (1 - h / 2) ** 2) / (1 - (1 - h + (h * h) / 2) ** 2)],
  ] as const)("by %s has the variance of that scheme at a coarse step", async (method, variance) => {
    for (const dt of [4, 1]) {
      const found = meanAndVariance((await run({ dt, method }, 60)).state("V")).variance / 9;
      expect(Math.abs(found / variance(dt / 5) - 1)).toBeLessThan(sds * Math.sqrt(2 / n));
    }
  });
});

describe("noise that reaches several states", () => {
  const n = 20_000;
  /** A membrane driven by an Ornstein–Uhlenbeck current, and a slower variable of the membrane; V and w share a noise. */
  const driven = change({
    params: { tau: [5, "ms"], tauV: [12, "ms"], tauW: [80, "ms"], sigma: [3, "mV"], sigmaV: [1, "mV"] },
    states: { V: [0, "mV"], eta: [0, "mV"], w: [0, "mV"] },
    equations: `deta/dt = -eta/tau + sigma*sqrt(2/tau)*xi
      dV/dt = (eta - V - w)/tauV + sigmaV*sqrt(2/tauV)*xi_shared
      dw/dt = (0.3*V - w)/tauW + 0.5*sigmaV*sqrt(2/tauW)*xi_shared`,
  });
  const A = [
    [-1 / 12, 1 / 12, -1 / 12],
    [0, -1 / 5, 0],
    [0.3 / 80, 0, -1 / 80],
  ];
  const b = [
    [0, 3 * Math.sqrt(2 / 5), 0],
    [Math.sqrt(2 / 12), 0, 0.5 * Math.sqrt(2 / 80)],
  ];
  /** dΣ/dt = A·Σ + Σ·Aᵀ + Σ b·bᵀ from 0, by an integrator that knows nothing of exponentials of matrices. */
  const covariance = (t: number): Float64Array =>
    dormandPrince(
      (_t, S, out) => {
        for (let i = 0; i < 3; i++) {
          for (let j = 0; j < 3; j++) {
            let sum = b[0]![i]! * b[0]![j]! + b[1]![i]! * b[1]![j]!;
            for (let k = 0; k < 3; k++) sum += A[i]![k]! * S[3 * k + j]! + S[3 * i + k]! * A[j]![k]!;
            out[3 * i + j] = sum;
          }
        }
      },
      0,
      t,
      new Float64Array(9),
      { relativeTolerance: 1e-11, absoluteTolerance: 1e-14 },
    ).y;

  it.each([
    [0.1, 30],
    [4, 1],
    [4, 5],
    [300, 1],
  ])("by exact at dt = %d ms, %d steps, has the covariances of all of them", async (dt, steps) => {
    const cells = await wasmCells(driven, { n, dt, method: "exact", seed: 4 });
    cells.advance(steps);
    const expected = covariance(steps * dt);
    const values = ["V", "eta", "w"].map((name) => cells.state(name));
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j <= i; j++) {
        const found = values[i]!.reduce((sum, x, k) => sum + x * values[j]![k]!, 0) / n;
        const spread = Math.sqrt((expected[4 * i]! * expected[4 * j]! + expected[3 * i + j]! ** 2) / n);
        expect(Math.abs(found - expected[3 * i + j]!)).toBeLessThan(sds * spread);
      }
    }
  });

  it("has a factor L of each noise whose L·Lᵀ is that covariance to ten digits, at short and at long steps", () => {
    for (const dt of [1e-3, 0.1, 7, 300]) {
      const sum = new Float64Array(9);
      for (const factors of b) {
        const L = noiseFactor(A.flat(), factors, 3, dt);
        for (let i = 0; i < 9; i++) {
          for (let k = 0; k < 3; k++) sum[i]! += L[3 * Math.floor(i / 3) + k]! * L[3 * (i % 3) + k]!;
        }
      }
      const expected = covariance(dt);
      sum.forEach((value, i) => {
        const size = Math.sqrt(expected[4 * Math.floor(i / 3)]! * expected[4 * (i % 3)]!);
        expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-9 * size);
      });
    }
  });

  it("has equal bits in both emitters", async () => {
    const options = { n: 3, dt: 0.5, method: "exact", seed: 4, params: { sigma: [2, 3, 4] } };
    const [wasm, reference] = [await wasmCells(driven, options), await referenceCells(driven, options)];
    wasm.advance(500);
    reference.advance(500);
    for (const name of ["V", "eta", "w"]) expect(bitsOf(wasm.state(name))).toEqual(bitsOf(reference.state(name)));
  });
});

describe("multiplicative noise", () => {
  const growth = change({
    params: { mu: [1, "1/ms"], sigma: [0.1, "1"] },
    states: { V: [1, "mV"] },
    equations: "dV/dt = mu*V + sigma*V/sqrt(1 ms)*xi",
  });
  const n = 20_000;
  const meanAt1 = async (method: string, dt: number, params: Record<string, number>): Promise<number> => {
    const cells = await wasmCells(growth, { n, dt, method, params, seed: 8 });
    cells.advance(Math.round(1 / dt));
    return meanAndVariance(cells.state("V")).mean;
  };

  it("by euler is Itô's, by heun Stratonovich's: growth exp(mu) and exp(mu + sigma²/2)", async () => {
    const params = { mu: 0.1, sigma: 0.5 };
    const spread = Math.exp(0.225) * Math.sqrt((Math.exp(0.25) - 1) / n);
    expect(Math.abs((await meanAt1("euler", 0.01, params)) - Math.exp(0.1))).toBeLessThan(sds * spread);
    expect(Math.abs((await meanAt1("heun", 0.01, params)) - Math.exp(0.225))).toBeLessThan(sds * spread);
  });

  it("by euler has weak order 1: halving the step halves the error of the mean", async () => {
    const error = async (dt: number): Promise<number> => Math.abs((await meanAt1("euler", dt, {})) - Math.E);
    // Errors 0.153 and 0.080, sampling error 0.002: the slope is 0.93 ± 0.04.
    const slope = Math.log2((await error(1 / 8)) / (await error(1 / 16)));
    expect(Math.abs(slope - 0.93)).toBeLessThan(0.15);
  });

  it("by heun converges path by path with order 1 to the exact solution", async () => {
    const steps = 256;
    const random = new RandomStream(8, Stream.noise);
    const exactLog = Float64Array.from({ length: 500 }, (_, i) => {
      let W = 0;
      for (let s = 0; s < steps; s++) W += random.moveTo(i, s).normal() / Math.sqrt(steps);
      return 0.3 + 0.5 * W;
    });
    const cells = await wasmCells(growth, {
      n: 500,
      dt: 1 / steps,
      method: "heun",
      params: { mu: 0.3, sigma: 0.5 },
      seed: 8,
    });
    cells.advance(steps);
    const worst = Math.max(...cells.state("V").map((V, i) => Math.abs(Math.log(V) - exactLog[i]!)));
    // Local errors of size (sigma²·dt)^{3/2} add up as a random walk: about sigma³·dt = 5e-4.
    expect(worst).toBeLessThan(5e-3);
    expect(worst).toBeGreaterThan(0);
  });
});

describe("a synapse model", () => {
  const noisy: SynapseDeclaration = {
    id: "NoisyCurrent",
    source: "made up",
    weightUnit: "input",
    params: { tau: [2, "ms"], sigma: [10, "pA"] },
    states: { i: [0, "input"] },
    equations: "di/dt = -i/tau + sigma*sqrt(2/tau)*xi",
    onSpike: "i = i + weight",
    current: "i",
  };
  const listener = change({
    inputs: { I: "pA" },
    equations: "dV/dt = (mu - V)/tau + I/(100 pF) + sigma*sqrt(2/tau)*xi",
  });

  it("has noise of its own at each port, apart from the neuron's", async () => {
    const ports = ["a", "b"].map((name) => ({ name, synapse: noisy }));
    expect(checkModel(listener, ports).noises).toEqual(["xi", "a.xi", "b.xi"]);
    const cells = await wasmCells(listener, { n: 5000, dt: 0.1, method: "exponential-euler", ports, seed: 2 });
    cells.advance(300);
    const [a, b] = [cells.state("a.i"), cells.state("b.i")];
    expect(Math.abs(meanAndVariance(a).variance / 100 - 1)).toBeLessThan(sds * Math.sqrt(2 / 5000));
    expect(Math.abs(a.reduce((s, x, i) => s + x * b[i]!, 0) / 100 / 5000)).toBeLessThan(sds / Math.sqrt(5000));
  });
});

describe("a fault with noise", () => {
  it.each<[string, Partial<NeuronDeclaration>, string, RegExp]>([
    ["the square of xi", { equations: "dV/dt = sigma*xi*xi" }, "MODEL_INVALID", /not linear in the noise xi/],
    [
      "xi in a function",
      { equations: "dV/dt = mu/tau*exp(xi*sqrt(tau))" },
      "MODEL_INVALID",
      /not linear in the noise xi/,
    ],
    ["xi in a condition", { equations: "dV/dt = if(xi > 0/sqrt(tau), mu, 2*mu)/tau" }, "MODEL_INVALID", /not linear/],
    ["xi without a root", { equations: "dV/dt = sigma/tau*xi" }, "DIMENSION", /expected voltage per time/],
    ["xi in the spike condition", { spike: "xi*sqrt(tau) > 3" }, "MODEL_INVALID", /spike condition uses the noise xi/],
    ["xi in the reset", { reset: "V = mu*xi*sqrt(tau)" }, "MODEL_INVALID", /reset uses the noise xi/],
    [
      "xi in the refractory period",
      { refractory: "tau*xi*sqrt(tau)" },
      "MODEL_INVALID",
      /parameters only, found the noise/,
    ],
    ["xi in an initial value", { states: { V: ["mu*xi*sqrt(tau)", "mV"] } }, "MODEL_INVALID", /initial value uses/],
    ["a parameter called xi", { params: { ...ou.params, xi: [1, "mV"] } }, "NAME_CLASH", /the name of noise/],
    ["a state called xi_2", { states: { V: [0, "mV"], xi_2: [0, "mV"] } }, "NAME_CLASH", /the name of noise/],
    [
      "plain xi twice",
      { states: { V: [0, "mV"], U: [0, "mV"] }, equations: "dV/dt = sigma/sqrt(tau)*xi\ndU/dt = sigma/sqrt(tau)*xi" },
      "NAME_CLASH",
      /both V and U/,
    ],
    ["rk4", { method: "rk4" }, "MODEL_INVALID", /cannot be integrated by rk4/],
    [
      "a factor with a state, exactly",
      { equations: "dV/dt = V/sqrt(tau)*xi" },
      "MODEL_INVALID",
      /factor of xi in dV\/dt depends on V/,
    ],
    [
      "a factor with an input and several states, exactly",
      {
        states: { V: [0, "mV"], U: [0, "mV"] },
        inputs: { I: "pA" },
        equations: "dV/dt = -V/tau + sigma*I/(1 pA)/sqrt(tau)*xi\ndU/dt = (V - U)/(2*tau)",
      },
      "MODEL_INVALID",
      /factor of xi depends on an input/,
    ],
  ])("%s: one error that says so", (_, part, code, message) => {
    try {
      buildProgram(change(part));
    } catch (error) {
      expect(error).toBeInstanceOf(WbeError);
      expect((error as WbeError).code).toBe(code);
      expect((error as WbeError).message).toMatch(message);
      if (code === "MODEL_INVALID" && /rk4|factor of xi/.test(String(message)))
        expect((error as WbeError).message).toMatch(/heun/);
      return;
    }
    expect.unreachable("the declaration was accepted");
  });

  it("a rest tolerance is refused: what moves at random never rests", () => {
    expect(() => buildProgram(ou, { restTolerance: 1e-6 })).toThrow(/never rests/);
    expect(() => buildProgram(change({ equations: "dV/dt = (mu - V)/tau" }), { restTolerance: 1e-6 })).not.toThrow();
  });
});
