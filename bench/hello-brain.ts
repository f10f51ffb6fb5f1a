/**
 * Does a user of examples/hello-brain.ts wait less than two seconds, everything included, and how does that compare with
 * Brian2, which is as easy to write but compiles C++ first? Decides whether start-up and compile times are in order for
 * small networks; large ones are measured by other benchmarks.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ConnectomeBuilder, NeuronNode } from "wbe/connectome";
import { PairSTDP, PlasticityScheduler, SynapticScaling } from "wbe/plasticity";
import { MorphologyExtractor, NeuronSegmenter, SyntheticDataGenerator } from "wbe/scanner";
import { SimulationConfig, SimulationEngine } from "wbe/simulation";
import { type Benchmark, type BenchOptions, interleave, median, output, seconds, spread, withFolder } from "./bench.js";
import { buildHelloBrain, type HelloBrainNetwork, type HelloBrainPeer } from "./peers/build-hello-brain.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const dt = 0.025;
const duration = 1000;

/** The first half of the example: the connectome that both sides simulate. */
function buildConnectome() {
  const volume = new SyntheticDataGenerator({ seed: 42 }).generateVolume([64, 64, 64], { nNeurons: 50 });
  const labels = new NeuronSegmenter().segmentNeurons(volume, { minSize: 100 });
  const morphologies = new MorphologyExtractor().extractFromLabels(labels, { minVoxels: 300 });
  return new ConnectomeBuilder({ seed: 42 })
    .addNeurons(morphologies.map((m) => NeuronNode.fromMorphology(m)))
    .applyDistanceDependentRule((d) => 0.3 * Math.exp(-d / 100))
    .applyDalesLaw()
    .build();
}

async function simulate(connectome: ReturnType<typeof buildConnectome>): Promise<SimulationEngine> {
  const config = new SimulationConfig({ dt, duration, method: "rk4", seed: 42 });
  const plasticity = new PlasticityScheduler([new PairSTDP(), new SynapticScaling({ targetRate: 5 })]);
  const engine = await SimulationEngine.create({ connectome, config, plasticity });
  await engine.run();
  return engine;
}

/** The same network in Brian2's terms: conductances per membrane area, defaults of wbe's models written out. */
function exportNetwork(connectome: ReturnType<typeof buildConnectome>, engine: SimulationEngine): HelloBrainNetwork {
  const { source, target, weight, delay, type } = connectome.synapses;
  const area = 20_000; // um2, of HodgkinHuxley
  const density = (nS: number) => (nS * 100) / area; // nS/um2 → mS/cm2
  const background = engine.description.stimuli.find((stimulus) => stimulus.kind === "poisson");
  if (!background) throw new Error("expected the network to have a Poisson background");
  const inhibitory = Array.from(type, (t) => connectome.synapseTypes[t] === "inhibitory");
  const weights = Array.from(weight, density);
  return {
    neurons: connectome.nNeurons,
    dt,
    duration,
    recordEvery: 1,
    source: [...source],
    target: [...target],
    weight: weights,
    delay: [...delay],
    inhibitory,
    tauExc: 5,
    tauInh: 10,
    EExc: 0,
    EInh: -80,
    background: { rate: Number(background.rate), weight: density(Number(background.weight)) },
    stdp: {
      tauPlus: 20,
      tauMinus: 20,
      APlus: 0.01,
      AMinus: 0.0105,
      wMax: 2 * Math.max(...weights.filter((_, k) => !inhibitory[k])),
    },
    scaling: { targetRate: 5, every: 100, tauRate: 1000, tau: 10_000 },
  };
}

/** The example in a process of its own, as a user starts it: Node, imports, pipeline, simulation, metrics. */
function runExample(): Promise<number> {
  if (!existsSync(`${root}dist/simulation/index.js`)) {
    throw new Error("expected the built package in dist/, found none; run npm run build");
  }
  const jiti = `${root}node_modules/jiti/lib/jiti-cli.mjs`;
  return seconds(() => output(process.execPath, [jiti, `${root}examples/hello-brain.ts`], root));
}

async function run(options: BenchOptions) {
  const runs = options.runs ?? 3;
  const connectome = buildConnectome();
  const engine = await simulate(connectome);
  const network = exportNetwork(connectome, engine);
  const builds: HelloBrainPeer[] = [];
  const simulation = () => seconds(() => simulate(connectome));

  const times = await withFolder(async (folder): Promise<Record<string, number[]>> => {
    options.onProgress?.("building the network in Brian2");
    const first = buildHelloBrain(folder, network);
    if (!first) return interleave(runs, { ours: runExample, simulation }, options);
    const peer = () =>
      withFolder(async (own) => {
        const build = buildHelloBrain(own, network)!;
        builds.push(build);
        return build.totalSeconds;
      });
    return interleave(runs, { ours: runExample, peer, simulation, peerAlone: first.run }, options);
  });
  const built = builds[0];
  return {
    work: `${connectome.nNeurons} HH neurons, ${connectome.synapses.source.length} synapses, ${duration / dt} rk4 steps, STDP and scaling; ours with imaging and metrics, the peer with compiling`,
    runs,
    unit: "s" as const,
    ours: median(times.ours!),
    peer: built ? median(times.peer!) : null,
    peerVersion: built?.version ?? null,
    target: { value: 2 },
    details: {
      "spread of ours": spread(times.ours!),
      "our simulation alone (build, compile, run), s": median(times.simulation!),
      spikes: engine.spikes().step.length,
      ...(built && {
        "spread of peer": spread(times.peer!),
        "peer compiling, s": median(builds.map(({ buildSeconds }) => buildSeconds)),
        "peer run alone, s": median(times.peerAlone!),
        "peer spikes": built.spikes,
      }),
    },
  };
}

export const benchmark: Benchmark = {
  name: "hello-brain",
  question: "Does hello-brain take at most two seconds, everything included, and Brian2 longer?",
  run,
};
