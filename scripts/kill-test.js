/**
 * Kills `wbe run --checkpoint` with SIGKILL at random moments, resumes until it is done, and compares the spikes with
 * those of a run that nobody killed. Ends with code 0 only when every run ended with the same hash and nothing was left
 * beside the checkpoint.
 *
 *     npm run build && node scripts/kill-test.js [--kills 50] [--duration 20000] [--seed 1] [--threads 1] [--stream]
 *       [--dist dist]
 *
 * The run that nobody kills has one thread; the others have `threads`. `duration` is model time in ms of examples/reference-network.json. When a run ends before all kills are done, another
 * starts. Kills fall from the first moment of a process to 0.6 of the time that a whole run needs, so that start-up,
 * loading, computing, saving and the writing of results are all hit, and most runs are killed several times. With --stream the
 * records go to the run folder meanwhile: after every kill it must be readable and hold the beginning of the whole run.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "50" },
    duration: { type: "string", default: "20000" },
    seed: { type: "string", default: "1" },
    stream: { type: "boolean", default: false },
    threads: { type: "string", default: "1" },
    dist: { type: "string", default: "dist" },
  },
});
const root = fileURLToPath(new URL("..", import.meta.url));
const dist = resolve(root, values.dist);
const load = (path) => import(pathToFileURL(join(dist, path)).href);
const { readRunFolder, spikesOf } = await load("io/index.node.js");
const { spikeHash } = await load("simulation/index.js");
const { RandomStream } = await load("core/random.js");

const place = await mkdtemp(join(tmpdir(), "wbe-kill-"));
const network = join(place, "network.json");
const description = JSON.parse(await readFile(join(root, "examples/reference-network.json"), "utf8"));
// A recorded state makes the checkpoints grow to megabytes, so that kills hit saves too.
const recorders = [...description.recorders, { kind: "state", population: "lif", variable: "V", every: 0.5 }];
await writeFile(network, JSON.stringify({ ...description, recorders, duration: Number(values.duration) }));
const checkpoint = join(place, "run.ckpt");
const out = join(place, "out");
const random = new RandomStream(Number(values.seed), 1, 1).at(0);

/** Runs the command line; `after` ms later it is killed. */
function wbe(args, after) {
  const child = spawn(process.execPath, [join(dist, "cli/main.js"), "run", network, "--out", out, ...args], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let err = "";
  child.stderr.on("data", (data) => {
    err += data;
  });
  const timer = after === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), after);
  return new Promise((done) => {
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      done({ code, killed: signal === "SIGKILL", err });
    });
  });
}

const V = "states/lif/V/data";
let whole;

/** Hash of the spikes; the recorded states must be those of the run that nobody killed. */
async function hashOfRun() {
  const folder = await readRunFolder(out);
  await rm(out, { recursive: true });
  whole ??= folder;
  check(isPrefix(folder.arrays[V].data, whole.arrays[V].data, true), "the recorded states differ");
  return spikeHash(spikesOf(folder));
}

function isPrefix(part, all, isAll = false) {
  return (isAll ? part.length === all.length : part.length <= all.length) && part.every((v, k) => v === all[k]);
}

/** Of a run folder that a killed process was streaming to. */
async function checkStreamed() {
  if (!existsSync(join(out, "results.zarr/zarr.json"))) return;
  const { arrays } = await readRunFolder(out);
  streamsRead++;
  for (const path of ["spikes/step", "spikes/neuron", V]) {
    check(isPrefix(arrays[path].data, whole.arrays[path].data), `${path} of a killed run is not the beginning of it`);
  }
  check(
    arrays["spikes/step"].data.length === arrays["spikes/neuron"].data.length,
    "steps and neurons differ in number",
  );
}

/** Files that a killed save has left. */
const abandoned = async () => (await readdir(place)).filter((name) => name.startsWith(".run.ckpt"));

let failures = 0;
function check(holds, what) {
  if (holds) return;
  failures++;
  process.stdout.write(`FAILED: ${what}\n`);
}

const start = performance.now();
const untouched = await wbe(["--threads", "1"]);
check(untouched.code === 0, `the run that nobody kills ends with code ${untouched.code}: ${untouched.err}`);
const expected = await hashOfRun();
const wholeTime = performance.now() - start;
process.stdout.write(`not killed: ${expected}, ${wholeTime.toFixed(0)} ms\n`);

let kills = 0;
let runs = 0;
let resumed = 0;
let duringSave = 0;
let streamsRead = 0;
const moments = new Set();
while (kills < Number(values.kills) || runs === 0) {
  for (;;) {
    const mayKill = kills < Number(values.kills);
    const { code, killed, err } = await wbe(
      [
        ...["--checkpoint", checkpoint, "--autosave", "0.05", "--resume", "--threads", values.threads],
        ...(values.stream ? ["--stream"] : []),
      ],
      mayKill ? random.uniform() * 0.6 * wholeTime : undefined,
    );
    const moment = /resuming at ([\d.]+) ms/.exec(err)?.[1];
    if (moment !== undefined) {
      resumed++;
      moments.add(moment);
    }
    if (killed) {
      kills++;
      if ((await abandoned()).length > 0) duringSave++;
      if (values.stream) await checkStreamed();
      continue;
    }
    check(code === 0, `a resumed run ends with code ${code}: ${err}`);
    break;
  }
  if (failures > 0) break;
  runs++;
  const hash = await hashOfRun();
  check(hash === expected, `run ${runs} has the hash ${hash}`);
  await rm(checkpoint);
  const left = await abandoned();
  check(left.length === 0, `${left.join(", ")} left beside the checkpoint`);
}
process.stdout.write(
  `${kills} kills (${duringSave} in the middle of a save), ${resumed} resumes from ${moments.size} different moments, ${values.stream ? `${streamsRead} stores read after a kill, ` : ""}${runs} runs to the end, ${failures} failures\n`,
);
await rm(place, { recursive: true });
process.exitCode = failures === 0 ? 0 : 1;
