/**
 * Projections whose synapses release vesicles at random: release sites that a spike empties and time fills again,
 * asynchronous and spontaneous release. What arrives is a whole number of quanta of the weight.
 *
 * A spike finds u = u·e^(−Δ/tauFac), which becomes u + U(1 − u) (Markram et al. 1998; NEST quantal_stp_synapse); an empty
 * site has been filled with probability 1 − e^(−Δ/tauRec). u is the source's, sites are each synapse's own.
 *
 * Source: Fuhrmann, Segev, Markram & Tsodyks 2002, J Neurophysiol 87:140; Loebel et al. 2009, Front Comput Neurosci 3:27.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { exp } from "../core/math.js";
import type { Arena } from "../kernels/arena.js";
import { createReleaseKernels, type ReleaseKernels, releasePlanWords } from "../kernels/release.js";
import { hashName } from "./distribution.js";
import { type NetworkMemory, type ProjectionMemory, portAddress } from "./memory-layout.js";
import type { BuiltNetwork, BuiltProjection } from "./network.js";
import type { ReleaseValues } from "./release-values.js";

/** The changing arrays of one share. */
export interface ReleaseViews {
  /** By source, the same in every share: stamp of its last spike, −1 if none, and u just after it. */
  readonly last: Int32Array;
  readonly u: Float64Array;
  /** Of each synapse. */
  readonly empty: Uint16Array;
}

const twoTo32 = 2 ** 32;

export class QuantalRelease {
  private readonly dt: number;
  private readonly seed: number;
  private readonly nSource: number;
  private readonly nTarget: number;
  private readonly firstTarget: number;
  private readonly at: Readonly<Record<"plan" | "last" | "u" | "empty" | "inOffsets" | "inSynapses" | "means", number>>;
  private arena!: Arena;
  private kernels!: ReleaseKernels;
  private last!: Int32Array;
  private u!: Float64Array;
  private empty!: Uint16Array;
  private shared: Float32Array | undefined;

  /** @throws WbeError UNSUPPORTED for a projection with plasticity, PARAMETER_RANGE for too high a spontaneous rate. */
  constructor(
    network: BuiltNetwork,
    private readonly built: BuiltProjection,
    private readonly values: ReleaseValues,
    arena: Arena,
  ) {
    if (built.rules.length > 0) {
      throw new WbeError("UNSUPPORTED", "quantal release does not go with plasticity", {
        where: `projection "${built.name}"`,
        remedy: "Leave out one of them; TsodyksMarkram is the mean of quantal release.",
      });
    }
    const { dt, seed } = network.description;
    const target = network.populations[built.to]!;
    this.dt = dt;
    this.seed = seed;
    this.nSource = network.populations[built.from]!.wholeSize;
    this.nTarget = values.spontaneous > 0 ? target.size : 0;
    this.firstTarget = target.start - target.wholeStart;
    const { n } = built.rows;
    const nListed = this.nTarget > 0 ? n : 0;
    this.at = {
      plan: arena.reserve(8 + 4 * releasePlanWords.length),
      last: arena.reserve(4 * this.nSource),
      u: arena.reserve(8 * this.nSource),
      empty: arena.reserve(2 * n),
      inOffsets: arena.reserve(4 * (this.nTarget + 1)),
      inSynapses: arena.reserve(4 * nListed),
      means: arena.reserve(16 * this.nTarget),
    };
  }

  /** Fills the reserved memory and makes the kernels. */
  async place(network: NetworkMemory, projection: ProjectionMemory): Promise<void> {
    const { at, built, values } = this;
    const { arena } = network;
    const target = network.populations[built.to]!;
    this.arena = arena;
    this.last = new Int32Array(network.memory.buffer, at.last, this.nSource).fill(-1);
    this.u = arena.f64(at.u, this.nSource);
    this.empty = arena.u16(at.empty, built.rows.n);
    this.shared = projection.sharesWeight ? (projection.weightView as Float32Array) : undefined;
    arena.f64(at.plan, 1)[0] = -this.dt / values.tauLate;
    const words: Record<(typeof releasePlanWords)[number], number> = {
      seed: this.seed,
      entity: hashName(built.name),
      offsets: projection.offsets,
      targets: projection.targets,
      isShort: Number(projection.hasShortTargets),
      weights: projection.sharesWeight ? 0 : projection.weights,
      delays: projection.delays,
      delay: projection.uniformDelay,
      ring: portAddress(target, built.port),
      slotStride: target.ringGeometry.slotStride,
      mask: target.ringMask,
      empty: at.empty,
      sites: values.sites,
      firstTarget: this.firstTarget,
      longest: values.longest,
      nTargets: this.nTarget,
      inOffsets: at.inOffsets,
      inSynapses: at.inSynapses,
      means: at.means,
    };
    arena.u32(at.plan + 8, releasePlanWords.length).set(releasePlanWords.map((name) => words[name]));
    if (this.nTarget > 0) this.listIncoming(projection);
    this.kernels = await createReleaseKernels(network.memory);
  }

  /** Synapses of each target in the order of their sources, which is the same in every partition. */
  private listIncoming({ targetView }: ProjectionMemory): void {
    const { at, arena, nTarget } = this;
    const offsets = arena.u32(at.inOffsets, nTarget + 1);
    for (const target of targetView) offsets[target + 1]!++;
    const means = arena.f64(at.means, 2 * nTarget);
    const perStep = (this.values.spontaneous * this.dt) / 1000;
    for (let i = 0; i < nTarget; i++) {
      const mean = offsets[i + 1]! * perStep;
      // The kernel counts up to 64 releases a step, and e^−mean must be above 0.
      if (mean > 20) {
        throw new WbeError(
          "PARAMETER_RANGE",
          `expected at most 20 spontaneous releases per target and step, found ${mean}`,
          {
            where: `projection "${this.built.name}", release`,
          },
        );
      }
      means[2 * i] = mean;
      means[2 * i + 1] = exp(-mean);
      offsets[i + 1]! += offsets[i];
    }
    const list = arena.u32(at.inSynapses, targetView.length);
    const next = offsets.slice(0, nTarget);
    for (let e = 0; e < targetView.length; e++) list[next[targetView[e]!]!++] = e;
  }

  /** Spikes (sorted pairs of step and source at an address) reach their synapses. */
  deliver(at: number, count: number): void {
    const { last, u, dt } = this;
    const { U, tauRec, tauFac, late } = this.values;
    const spikes = this.arena.u32(at, 2 * count);
    const weight = this.shared?.[0] ?? 0;
    for (let k = 0; k < spikes.length; k += 2) {
      const [step, source] = [spikes[k]!, spikes[k + 1]!];
      const isFirst = last[source]! < 0;
      const gap = (step - last[source]!) * dt;
      const refill = isFirst ? 0 : tauRec === 0 ? 1 : 1 - exp(-gap / tauRec);
      const kept = isFirst || tauFac === 0 ? 0 : u[source]! * exp(-gap / tauFac);
      const now = kept + U * (1 - kept);
      u[source] = now;
      last[source] = step;
      this.kernels.release(this.at.plan, step, source, refill * twoTo32, now * twoTo32, late * twoTo32, weight);
    }
  }

  releaseSpontaneously(first: number, steps: number): void {
    if (this.nTarget === 0) return;
    this.kernels.releaseSpontaneously(this.at.plan, first, steps, this.shared?.[0] ?? 0);
  }

  views(): ReleaseViews {
    return { last: this.last, u: this.u, empty: this.empty };
  }
}
