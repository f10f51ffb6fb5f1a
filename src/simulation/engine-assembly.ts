/**
 * From a description to the parts of an engine: plan, shares built on all threads at once, and the whole seen over them.
 *
 * @module
 */
import { Arena } from "../kernels/arena.js";
import { type Catalogue, extendModels, findNeuronModel } from "./catalogue.js";
import { parseDescription } from "./description-schema.js";
import { EventDriven } from "./event-driven.js";
import {
  type BuiltNetwork,
  connectNetwork,
  joinNetwork,
  makeRowReader,
  type NetworkPlan,
  planNetwork,
  summarizeWeights,
  takeNetworkShare,
} from "./network.js";
import { chooseEpoch, NetworkShare, type ShareViews } from "./network-share.js";
import { joinExtents, joinSummaries, type ProjectionExtent, type WeightSummary } from "./projection-extent.js";
import { type ExtraRules, findRules } from "./projection-rules.js";
import { type OpenFile, readStimulusFiles } from "./stimulus-files.js";
import { chooseThreads } from "./threads/choose-threads.js";
import { Peers } from "./threads/peers.js";
import type { CoupledProcess } from "./view.js";
import { joinShares, type WholeNetwork } from "./whole-network.js";

/** What a plasticity scheduler gives the engine. */
export interface PlasticityPlan {
  readonly rules: Catalogue["rules"];
  readonly rulesFor: ExtraRules;
  readonly processes: readonly CoupledProcess[];
}

export interface EngineOptions {
  /** Models beyond those of wbe. */
  catalogue?: Partial<Catalogue>;
  plasticity?: PlasticityPlan;
  processes?: readonly CoupledProcess[];
  /**
   * Threads; by default ("auto") as many as make the network faster on this machine (threads/choose-threads.ts). The
   * number changes no bit. With several, call `dispose` when done.
   */
  threads?: number | "auto";
  /** Opens the files that stimuli name. */
  openFile?: OpenFile;
  /** Warnings of whoever made the description; the engine's own are added. */
  warnings?: readonly string[];
}

/** What an engine is made of. */
export interface EngineAssembly {
  readonly plan: NetworkPlan;
  /** Of the calling thread. */
  readonly share: NetworkShare;
  readonly whole: WholeNetwork;
  /** By population, of each share; empty where a population is run step by step. */
  readonly eventDriven: readonly (readonly EventDriven[])[];
  /** The other threads. */
  readonly peers: Peers | undefined;
  readonly processes: readonly CoupledProcess[];
  readonly warnings: readonly string[];
  /** Why it runs on that many threads; undefined where the caller chose. */
  readonly threadsReason: string | undefined;
  readonly models: Catalogue;
}

/** @throws WbeError of SimulationEngine.fromDescription; no thread is left behind. */
export async function assembleEngine(input: unknown, options: EngineOptions): Promise<EngineAssembly> {
  const { catalogue = {}, plasticity, processes = [], warnings = [] } = options;
  const rules = [...(catalogue.rules ?? []), ...(plasticity?.rules ?? [])];
  const models = extendModels({ ...catalogue, rules });
  const description = await readStimulusFiles(parseDescription(input), options.openFile);
  const declarations = description.populations.map((p) => findNeuronModel(p, models));
  const { threads, reason } = chooseThreads(description, declarations, options.threads);
  const all = [...(plasticity?.processes ?? []), ...processes];
  const peers = threads > 1 ? new Peers(threads) : undefined;
  try {
    const plan = await planNetwork(description, models, threads);
    const own = takeNetworkShare(plan, { index: 0, count: threads });
    await peers?.take(plan);
    /** The same work on all threads at once; by share, then by projection. */
    const onAll = async <T>(mine: () => Promise<T>, others: Promise<T[]> | undefined): Promise<T[]> => {
      // If this thread's work fails, nobody waits for the others any more.
      others?.catch(() => undefined);
      return [await mine(), ...((await others) ?? [])];
    };
    const join = <T>(byShare: readonly (readonly T[])[], joinOne: (shares: readonly T[]) => T): T[] =>
      plan.projections.map((_, k) => joinOne(byShare.map((share) => share[k]!)));
    const applied = await findRules(plan, models, plasticity?.rulesFor, async () =>
      join(
        await onAll<readonly WeightSummary[]>(() => summarizeWeights(own), peers?.summarizeWeights()),
        joinSummaries,
      ),
    );
    let built: BuiltNetwork | undefined;
    const build = async (): Promise<readonly ProjectionExtent[]> => {
      built = await connectNetwork(own, applied, threads > 1);
      return built.projections.map(({ extent }) => extent);
    };
    const extents = join(await onAll(build, peers?.build(applied)), joinExtents);
    const network = joinNetwork(built!, extents);
    // Processes may write weights; otherwise one number may stand for all of a projection.
    const common = { extents, epoch: chooseEpoch(network), mayShareWeights: all.length === 0 };
    const assemble = () => NetworkShare.assemble(network, common.epoch, common.mayShareWeights);
    const started = peers ? await peers.start(plan, common, assemble) : { share: await assemble(), views: undefined };
    const { share, views = [share.views()] } = started;
    const eventDriven = await viewEventDriven(plan, views);
    const drawRows = await makeRowReader(plan);
    const whole = joinShares(plan, views, drawRows);
    return { plan, share, whole, eventDriven, peers, processes: all, warnings, threadsReason: reason, models };
  } catch (error) {
    await peers?.dispose();
    throw error;
  }
}

/** The event-driven populations of all shares. */
async function viewEventDriven(plan: NetworkPlan, shares: readonly ShareViews[]): Promise<EventDriven[][]> {
  const plans = shares.map((_, index) => takeNetworkShare(plan, { index, count: shares.length }));
  const arenas = shares.map(({ memory }) => Arena.over(memory));
  const view = async (k: number): Promise<EventDriven[]> =>
    Promise.all(
      shares.flatMap(({ eventDriven, populations }, index) => {
        const at = eventDriven[k];
        if (!at) return [];
        const population = EventDriven.over(plans[index]!.populations[k]!, at);
        return [population.connect(arenas[index]!, populations[k]!).then(() => population)];
      }),
    );
  return Promise.all(plan.populations.map((_, k) => view(k)));
}
