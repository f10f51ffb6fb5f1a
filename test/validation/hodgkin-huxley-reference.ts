/**
 * A Hodgkin–Huxley point neuron written out by hand, independent of the compiler and the engine, so that validators can
 * be tested on a subject that is known to be right (or wrong, when a parameter is changed).
 */
import type { SpikeData } from "../../src/core/spikes.js";
import type { NetworkDescription } from "../../src/simulation/description.js";
import type { Subject } from "../../src/validation/validator.js";

type State = [v: number, m: number, h: number, n: number];

function rates(v: number) {
  const ratio = (x: number) => (Math.abs(x) < 1e-9 ? 1 + x / 2 : x / -Math.expm1(-x));
  return {
    m: [ratio((v + 40) / 10), 4 * Math.exp(-(v + 65) / 18)],
    h: [0.07 * Math.exp(-(v + 65) / 20), 1 / (1 + Math.exp(-(v + 35) / 10))],
    n: [0.1 * ratio((v + 55) / 10), 0.125 * Math.exp(-(v + 65) / 80)],
  } as const;
}

function slope([v, m, h, n]: State, current: number, gNa: number): State {
  const r = rates(v);
  return [
    current - gNa * m ** 3 * h * (v - 50) - 36 * n ** 4 * (v + 77) - 0.3 * (v + 54.387),
    r.m[0] * (1 - m) - r.m[1] * m,
    r.h[0] * (1 - h) - r.h[1] * h,
    r.n[0] * (1 - n) - r.n[1] * n,
  ];
}

const add = (a: State, b: State, factor: number) => a.map((x, i) => x + factor * b[i]!) as State;

function stepRk4(state: State, current: number, gNa: number, dt: number): State {
  const k1 = slope(state, current, gNa);
  const k2 = slope(add(state, k1, dt / 2), current, gNa);
  const k3 = slope(add(state, k2, dt / 2), current, gNa);
  const k4 = slope(add(state, k3, dt), current, gNa);
  return state.map((x, i) => x + (dt / 6) * (k1[i]! + 2 * k2[i]! + 2 * k3[i]! + k4[i]!)) as State;
}

function stepExponentialEuler([v, m, h, n]: State, current: number, gNa: number, dt: number): State {
  const relax = (x: number, target: number, rate: number) => target + (x - target) * Math.exp(-rate * dt);
  const r = rates(v);
  const g = gNa * m ** 3 * h + 36 * n ** 4 + 0.3;
  const drive = current + gNa * m ** 3 * h * 50 - 36 * n ** 4 * 77 - 0.3 * 54.387;
  const gate = (x: number, [a, b]: readonly [number, number]) => relax(x, a / (a + b), a + b);
  return [relax(v, drive / g, g), gate(m, r.m), gate(h, r.h), gate(n, r.n)];
}

/** Runs a description of one HodgkinHuxley population with one constant stimulus of listed values. */
function simulate(description: NetworkDescription, method: "rk4" | "exponential-euler"): SpikeData {
  const [population] = description.populations;
  const [stimulus] = description.stimuli;
  if (stimulus?.kind !== "constant" || typeof stimulus.amplitude !== "object" || !("values" in stimulus.amplitude)) {
    throw new Error("expected one constant stimulus with values");
  }
  const currents = stimulus.amplitude.values;
  const { dt } = description;
  const gNa = (population!.params?.gNa as number | undefined) ?? 120;
  const stopStep = Math.round(description.duration / dt);
  const found: [number, number][] = [];
  currents.forEach((current, neuron) => {
    const r = rates(-65);
    const rest = ([a, b]: readonly [number, number]) => a / (a + b);
    let state: State = [-65, rest(r.m), rest(r.h), rest(r.n)];
    for (let step = 1; step <= stopStep; step++) {
      const before = state[0];
      state = method === "rk4" ? stepRk4(state, current, gNa, dt) : stepExponentialEuler(state, current, gNa, dt);
      if (before <= 0 && state[0] > 0) found.push([step, neuron]);
    }
  });
  found.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return {
    step: Uint32Array.from(found, ([step]) => step),
    neuron: Uint32Array.from(found, ([, neuron]) => neuron),
    dt,
    nNeurons: currents.length,
    startStep: 0,
    stopStep,
    populations: [{ name: population!.name, start: 0, size: currents.length }],
    pulseTimes: [],
  };
}

/** A network of one HodgkinHuxley population whose neurons this file simulates. */
export function hodgkinHuxleySubject(
  dt: number,
  method: "rk4" | "exponential-euler" = "rk4",
  params: Record<string, number> = {},
): Subject {
  return {
    name: "reference",
    description: {
      version: 1,
      seed: 0,
      dt,
      duration: 1000,
      populations: [{ name: "axons", model: "HodgkinHuxley", size: 3, params }],
      projections: [],
      stimuli: [],
      recorders: [],
    },
    simulate: async (description) => simulate(description, method),
  };
}
