/**
 * The network of wbe/validation's potjansDiesmann2014 in NEST's terms, which pd14_nest.py reads. Run as a script it prints
 * it: `node node_modules/jiti/lib/jiti-cli.mjs bench/peers/pd14-network.ts SCALE [DURATION]` (needs dist/).
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { Dist, NetworkDescription } from "wbe/simulation";
import { potjansDiesmann2014 } from "wbe/validation";

export interface Pd14Network {
  readonly dt: number;
  readonly duration: number;
  /** Parameters of NEST's iaf_psc_exp. */
  readonly cell: Readonly<Record<string, number>>;
  /** Hz, pA, pA. */
  readonly populations: readonly { name: string; size: number; rate: number; weight: number; current: number }[];
  /** pA, ms: mean and standard deviation. */
  readonly projections: readonly {
    from: string;
    to: string;
    n: number;
    weight: readonly number[];
    delay: readonly number[];
  }[];
}

/** @throws Error when the description holds what NEST is not told. */
export function pd14Network(description: NetworkDescription): Pd14Network {
  const { dt, duration, populations, projections, stimuli } = description;
  const params = populations[0]!.params!;
  const number = (name: string): number => Number(params[name]);
  return {
    dt,
    duration,
    cell: {
      C_m: number("C"),
      tau_m: number("C") / number("gL"),
      E_L: number("EL"),
      V_th: number("Vth"),
      V_reset: number("Vreset"),
      t_ref: number("tRef"),
      tau_syn_ex: Number(projections[0]!.params?.tau),
      tau_syn_in: Number(projections[0]!.params?.tau),
    },
    populations: populations.map(({ name, size }) => {
      const noise = stimuli.find((stimulus) => stimulus.kind === "poisson" && stimulus.population === name);
      const current = stimuli.find((stimulus) => stimulus.kind === "constant" && stimulus.population === name);
      if (noise?.kind !== "poisson" || current?.kind !== "constant") throw new Error(`expected input to ${name}`);
      return {
        name,
        size,
        rate: Number(noise.rate),
        weight: Number(noise.weight),
        current: Number(current.amplitude),
      };
    }),
    projections: projections.map(({ from, to, rule, weight, delay }) => {
      if (rule.kind !== "fixed-total")
        throw new Error(`expected fixed-total from ${from} to ${to}, found ${rule.kind}`);
      return { from, to, n: rule.n, weight: normal(weight), delay: normal(delay) };
    }),
  };
}

function normal(dist: Dist): readonly number[] {
  if (typeof dist !== "object" || !("normal" in dist)) throw new Error("expected a normal distribution");
  return dist.normal.map(Number);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [scale, duration] = process.argv.slice(2).map(Number);
  process.stdout.write(JSON.stringify(pd14Network(potjansDiesmann2014({ scale, duration }))));
}
