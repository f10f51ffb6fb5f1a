/** Sets of channels as one kernel. */
import { describe, expect, it } from "vitest";
import { buildMembrane, compileWat, emitMembrane, evaluateNodes, membraneWords } from "wbe/compiler";
import { type ChannelDeclaration, channelModels, defineChannel } from "wbe/neuron-models";

const given: Record<string, number> = {
  dt: 0.025,
  celsius: 31,
  ena: 53,
  ek: -90,
  eca: 120,
  cai: 2e-4,
  cao: 2,
  diam: 3,
};

const sets: [string, readonly ChannelDeclaration[]][] = [
  ...channelModels.map((model): [string, readonly ChannelDeclaration[]] => [model.id, [model]]),
  // One pool of calcium at most.
  ["all of them", channelModels.filter(({ id }) => id !== "CaShells")],
  ["CaT in shells", channelModels.filter(({ id }) => id === "CaT" || id === "CaShells")],
];

/** Values of leaves: V, states and parameters of one compartment. */
function leafValues(program: ReturnType<typeof buildMembrane>, V: number, states: readonly number[]) {
  const params = new Map(program.params.map(({ name, default: value }) => [name, given[name] ?? value]));
  return ({ op, name }: { op: string; name: string }): number =>
    op === "input"
      ? V
      : op === "state"
        ? states[program.stateNames.indexOf(name)]!
        : (params.get(name) ?? given[name]!);
}

/** Places one patch of `n` compartments in memory and runs a function of the kernel. */
async function runKernel(
  program: ReturnType<typeof buildMembrane>,
  V: readonly number[],
  states: readonly (readonly number[])[],
) {
  const memory = new WebAssembly.Memory({ initial: 2 });
  let next = 65536;
  const f64 = (values: readonly number[]): { at: number; view: Float64Array } => {
    const at = next;
    next += 16 * Math.ceil(values.length / 2);
    const view = new Float64Array(memory.buffer, at, values.length);
    view.set(values);
    return { at, view };
  };
  const rows = V.length;
  const columns = [f64(V), f64(V.map(() => 0)), f64(V.map(() => 0))];
  const slots = f64(evaluateNodes(program.slots, leafValues(program, Number.NaN, [])));
  const own = program.stateNames.map((_, k) => f64(states.map((row) => row[k]!)));
  const index = next;
  // The compartments stand in reverse order in the cable.
  new Uint32Array(memory.buffer, index, rows).set(V.map((_, r) => 8 * (rows - 1 - r)));
  next += 16 * Math.ceil(rows / 4);
  columns[0]!.view.reverse();
  const words = [rows, index, ...columns.map(({ at }) => at), slots.at, ...own.map(({ at }) => at)];
  new Uint32Array(memory.buffer, next, membraneWords.arrays + own.length).set(words);
  const { exports } = await WebAssembly.instantiate(await compileWat(emitMembrane(program)), { env: { memory } });
  const call = (name: "start" | "advance") => (exports[name] as (at: number) => void)(next);
  const rowsOf = ({ view }: { view: Float64Array }): number[] => Array.from(view).reverse();
  return {
    call,
    states: own.map(({ view }) => view),
    current: () => rowsOf(columns[1]!),
    slope: () => rowsOf(columns[2]!),
  };
}

describe("the kernel of a set of channels", () => {
  it.each(sets)("%s: gates, current and slope are those of the equations", async (_, channels) => {
    const program = buildMembrane(channels);
    const V = [-120, -66, -54.99, -35, -10, 45];
    const start = V.map((v) => {
      const leaf = ({ op, name }: { op: string; name: string }): number =>
        op === "state"
          ? evaluateNodes([program.initial[program.stateNames.indexOf(name)]!], leaf)[0]!
          : leafValues(program, v, [])({ op, name });
      return evaluateNodes(program.initial, leaf);
    });
    const kernel = await runKernel(program, V, start);
    for (const name of ["start", "advance"] as const) {
      const before = V.map((_v, r) => kernel.states.map((column) => column[r]!));
      kernel.call(name);
      V.forEach((v, r) => {
        const expected = evaluateNodes(program.plain[name], leafValues(program, v, before[r]!));
        const found = [...kernel.states.map((column) => column[r]!), kernel.current()[r]!, kernel.slope()[r]!];
        // Factors known before the run are drawn together and exponentials shared: some units in the last place.
        found.forEach((value, k) => {
          expect(Math.abs(value - expected[k]!)).toBeLessThanOrEqual(1e-11 * (1e-6 + Math.abs(expected[k]!)));
        });
      });
    }
  });

  it.each(sets)("%s: the slope is the derivative of the current by V", (_, channels) => {
    const program = buildMembrane(channels);
    const states = program.stateNames.map((name) => (name.endsWith("cai") ? 3e-4 : 0.37));
    const [current, slope] = program.plain.start.slice(-2) as [
      (typeof program.plain.start)[number],
      (typeof program.plain.start)[number],
    ];
    for (const V of [-120, -66, -35.5, 0.1, 45]) {
      const at = (v: number) => evaluateNodes([current], leafValues(program, v, states))[0]!;
      const h = 1e-3;
      const difference = (at(V + h) - at(V - h)) / (2 * h);
      const [found] = evaluateNodes([slope], leafValues(program, V, states));
      expect(Math.abs(found! - difference)).toBeLessThanOrEqual(1e-6 * (1e-3 + Math.abs(found!)));
    }
  });
});

describe("gates at rest, from the published formulas", () => {
  it.each([
    // Pospischil et al. 2008: α = −0.32(V − VT − 13)/(exp(−(V − VT − 13)/4) − 1), …
    [
      "TM_Na",
      "TM_Na.m",
      -40,
      (V: number) => {
        const u = V + 63;
        const a = (-0.32 * (u - 13)) / (Math.exp(-(u - 13) / 4) - 1);
        const b = (0.28 * (u - 40)) / (Math.exp((u - 40) / 5) - 1);
        return a / (a + b);
      },
    ],
    [
      "TM_K",
      "TM_K.n",
      -40,
      (V: number) => {
        const u = V + 63;
        const a = (-0.032 * (u - 15)) / (Math.exp(-(u - 15) / 5) - 1);
        const b = 0.5 * Math.exp(-(u - 10) / 40);
        return a / (a + b);
      },
    ],
    // Dayan & Abbott 2001, section 6.2
    [
      "CS_A",
      "CS_A.a",
      -60,
      (V: number) => ((0.0761 * Math.exp(0.0314 * (V + 94.22))) / (1 + Math.exp(0.0346 * (V + 1.17)))) ** (1 / 3),
    ],
    ["CS_A", "CS_A.b", -60, (V: number) => (1 / (1 + Math.exp(0.0688 * (V + 53.3)))) ** 4],
    ["M", "M.p", -50, (V: number) => 1 / (1 + Math.exp(-(V + 35) / 10))],
  ] as const)("%s: %s at %d mV", (id, state, V, expected) => {
    const program = buildMembrane(channelModels.filter((model) => model.id === id));
    const initial = program.initial[program.stateNames.indexOf(state)]!;
    const [found] = evaluateNodes([initial], leafValues(program, V, []));
    expect(found).toBeCloseTo(expected(V), 12);
  });
});

describe("refused", () => {
  const channel = (more: Partial<ChannelDeclaration>): ChannelDeclaration =>
    defineChannel({
      id: "X",
      source: "this test",
      params: { gbar: [1, "mS/cm2"] },
      states: { m: [0.5, "1"] },
      equations: "dm/dt = (0.5 - m)/(1 ms)",
      current: "gbar*m*(V - ek)",
      ion: "k",
      ...more,
    });
  it.each([
    [
      "a gate that is not linear in itself",
      channel({ equations: "dm/dt = m*(1 - m)/(1 ms)" }),
      /dX.m\/dt is not linear in X.m/,
    ],
    ["a current of the wrong dimension", channel({ current: "gbar*m" }), /expected .* for the current/],
    ["an unknown ion", channel({ ion: "cl" as never }), /ion na, k or ca, found "cl"/],
    ["calcium current outside a pool", channel({ equations: "dm/dt = ica*m" }), /unknown name "ica"/],
    ["an unknown field", channel({ amperes: "" } as never), /unknown field "amperes"/],
  ])("%s", (_, declaration, message) => {
    expect(() => buildMembrane([declaration])).toThrow(message);
  });

  it("one channel twice", () => {
    expect(() => buildMembrane([channel({}), channel({})])).toThrow(/"X" is there twice/);
  });
});
