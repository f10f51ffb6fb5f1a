/**
 * The rules of the catalogue written down a second time, from their papers' equations, and integrated step by step: what moves
 * by itself by Runge–Kutta within a step, events at its end. The lazy kernels must agree.
 */
import { exp, log, pow } from "../../src/core/math.js";
import { dt } from "./pairs.js";

export interface DirectSynapse {
  w: number;
  /** One step of dt without events. */
  step(): void;
  /** Events at the end of a step, at the synapse. */
  events(pre: boolean, post: boolean, modulator: boolean): void;
}

type Parameters = Readonly<Record<string, number>>;
export type MakeDirect = (w: number, p: Parameters) => DirectSynapse;

const clip = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

/** One Runge–Kutta step of `h`. */
export function rungeKutta(
  slope: (state: readonly number[]) => number[],
  state: readonly number[],
  h: number,
): number[] {
  const moved = (k: readonly number[], part: number): number[] => state.map((value, i) => value + part * h * k[i]!);
  const k1 = slope(state);
  const k2 = slope(moved(k1, 0.5));
  const k3 = slope(moved(k2, 0.5));
  const k4 = slope(moved(k3, 1));
  return state.map((value, i) => value + (h / 6) * (k1[i]! + 2 * k2[i]! + 2 * k3[i]! + k4[i]!));
}

type Scheme = "all" | "nearest" | "presynaptic-centred" | "restricted";

function pairs(
  scheme: Scheme,
  potentiated: (w: number, x: number, p: Parameters) => number,
  depressed: (w: number, y: number, p: Parameters) => number,
  names: { plus: string; minus: string } = { plus: "tauPlus", minus: "tauMinus" },
): MakeDirect {
  return (start, p) => {
    let [x, y] = [0, 0];
    return {
      w: start,
      step() {
        x *= exp(-dt / p[names.plus]!);
        y *= exp(-dt / p[names.minus]!);
      },
      events(pre, post) {
        const [xBefore, yBefore] = [x, y];
        if (post) {
          this.w = potentiated(this.w, xBefore, p);
          y = scheme === "all" ? y + 1 : 1;
          if (scheme === "presynaptic-centred" || scheme === "restricted") x = 0;
        }
        if (pre) {
          this.w = depressed(this.w, scheme === "restricted" && post ? 0 : yBefore, p);
          x = scheme === "all" || scheme === "presynaptic-centred" ? x + 1 : 1;
          if (scheme === "restricted") y = 0;
        }
      },
    };
  };
}

const gutig = (scheme: Scheme): MakeDirect =>
  pairs(
    scheme,
    (w, x, p) => Math.min(w + p.lambda! * p.wMax! * pow(1 - w / p.wMax!, p.muPlus!) * x, p.wMax!),
    (w, y, p) => Math.max(w - p.alpha! * p.lambda! * p.wMax! * pow(w / p.wMax!, p.muMinus!) * y, p.wMin!),
  );

const triplets =
  (isNearest: boolean): MakeDirect =>
  (start, p) => {
    const taus = [p.tauPlus!, p.tauX!, p.tauMinus!, p.tauY!];
    let traces = [0, 0, 0, 0];
    return {
      w: start,
      step() {
        traces = traces.map((value, k) => value * exp(-dt / taus[k]!));
      },
      events(pre, post) {
        const [r1, r2, o1, o2] = traces as [number, number, number, number];
        if (post) this.w = Math.min(this.w + p.scale! * r1 * (p.A2Plus! + p.A3Plus! * o2), p.wMax!);
        if (pre) this.w = Math.max(this.w - p.scale! * o1 * (p.A2Minus! + p.A3Minus! * r2), p.wMin!);
        traces = traces.map((value, k) => ((k < 2 ? pre : post) ? (isNearest ? 1 : value + 1) : value));
      },
    };
  };

const dopamine: MakeDirect = (start, p) => {
  let [x, y, c, d] = [0, 0, 0, 0];
  return {
    w: start,
    step() {
      const slope = ([, c_, d_]: readonly number[]) => [c_! * (d_! + p.baseline!), -c_! / p.tauC!, -d_! / p.tauD!];
      const [w, nextC, nextD] = rungeKutta(slope, [this.w, c, d], dt) as [number, number, number];
      this.w = clip(w, p.wMin!, p.wMax!);
      [c, d] = [nextC, nextD];
      x *= exp(-dt / p.tauPlus!);
      y *= exp(-dt / p.tauMinus!);
    },
    events(pre, post, modulator) {
      if (post) c += p.APlus! * x;
      if (pre) c -= p.AMinus! * y;
      if (modulator) d += p.dose!;
      if (pre) x++;
      if (post) y++;
    },
  };
};

const calcium: MakeDirect = (start, p) => {
  let c = 0;
  return {
    w: start,
    step() {
      const range = p.wMax! - p.wMin!;
      let rho = (this.w - p.wMin!) / range;
      const crossings = [p.thetaD!, p.thetaP!]
        .map((theta) => (c > theta ? p.tauCa! * log(c / theta) : 0))
        .filter((t) => t > 0 && t < dt);
      const cuts = [0, ...crossings.sort((a, b) => a - b), dt];
      for (let k = 0; k + 1 < cuts.length; k++) {
        const [from, to] = [cuts[k]!, cuts[k + 1]!];
        const middle = c * exp(-(from + to) / (2 * p.tauCa!));
        const [isD, isP] = [middle > p.thetaD!, middle > p.thetaP!];
        const slope = ([r]: readonly number[]) => [
          ((isD || isP ? 0 : -r! * (1 - r!) * (0.5 - r!)) +
            (isP ? p.gammaP! * (1 - r!) : 0) -
            (isD ? p.gammaD! * r! : 0)) /
            p.tau!,
        ];
        rho = rungeKutta(slope, [rho], to - from)[0]!;
      }
      this.w = p.wMin! + range * rho;
      c *= exp(-dt / p.tauCa!);
    },
    events(pre, post) {
      c += (pre ? p.CPre! : 0) + (post ? p.CPost! : 0);
    },
  };
};

const bcm: MakeDirect = (start, p) => {
  let state = [0, 0];
  return {
    w: start,
    step() {
      state = rungeKutta(([y, theta]) => [-y! / p.tauY!, (y! * y! - theta!) / p.tauTheta!], state, dt);
    },
    events(pre, post) {
      const [y, theta] = state as [number, number];
      if (pre) this.w = clip(this.w + p.eta! * y * (y - theta), p.wMin!, p.wMax!);
      if (post) state = [y + 1000 / (p.target! * p.tauY!), theta];
    },
  };
};

const oja: MakeDirect = (start, p) => {
  let [x, y] = [0, 0];
  return {
    w: start,
    step() {
      x *= exp(-dt / p.tauX!);
      y *= exp(-dt / p.tauY!);
    },
    events(pre, post) {
      if (post) this.w = clip(this.w + p.eta! * (p.wScale! * x - this.w * y), p.wMin!, p.wMax!);
      if (pre) x++;
      if (post) y++;
    },
  };
};

/** By the rule's id. */
export const directRules: Readonly<Record<string, MakeDirect>> = {
  PairSTDP: pairs(
    "all",
    (w, x, p) => Math.min(w + p.APlus! * p.wMax! * x, p.wMax!),
    (w, y, p) => Math.max(w - p.AMinus! * p.wMax! * y, p.wMin!),
  ),
  WeightDependentSTDP: gutig("all"),
  NearestSTDP: gutig("nearest"),
  PresynapticCentredSTDP: gutig("presynaptic-centred"),
  RestrictedSTDP: gutig("restricted"),
  PowerLawSTDP: pairs(
    "all",
    (w, x, p) => Math.min(w + p.lambda! * p.w0! * pow(w / p.w0!, p.mu!) * x, p.wMax!),
    (w, y, p) => Math.max(w - p.lambda! * p.alpha! * w * y, p.wMin!),
  ),
  VanRossumSTDP: pairs(
    "all",
    (w, x, p) => Math.min(w + p.cPlus! * x, p.wMax!),
    (w, y, p) => Math.max(w - p.cMinus! * w * y, p.wMin!),
  ),
  InhibitorySTDP: pairs(
    "all",
    (w, x, p) => clip(w + p.eta! * x, p.wMin!, p.wMax!),
    (w, y, p) => clip(w + p.eta! * (y - (2 * p.target! * p.tau!) / 1000), p.wMin!, p.wMax!),
    { plus: "tau", minus: "tau" },
  ),
  Oja: oja,
  TripletSTDP: triplets(false),
  NearestTripletSTDP: triplets(true),
  DopamineSTDP: dopamine,
  CalciumPlasticity: calcium,
  BCM: bcm,
};
