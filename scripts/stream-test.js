/**
 * Records more than ten million spikes to disk, and shows that memory does not grow with them; with `--python` a second
 * process (zarr-python, interop/read_stream.py) reads the store all the while. Ends with code 0 only when every spike is
 * in the store and memory stayed flat.
 *
 *     npm run build && node scripts/stream-test.js [--seconds 25] [--memory] [--python interop/.venv/bin/python] [--dist dist]
 *
 * `seconds` of model time of 2,000 neurons at some 250 Hz: half a million spikes each. `--memory` keeps the records in memory
 * instead, for comparison.
 */
import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "25" },
    memory: { type: "boolean", default: false },
    python: { type: "string" },
    dist: { type: "string", default: "dist" },
  },
});
const root = fileURLToPath(new URL("..", import.meta.url));
const load = (path) => import(pathToFileURL(join(resolve(root, values.dist), path)).href);
const { streamStore } = await load("io/index.node.js");
const { SimulationEngine } = await load("simulation/index.js");

const duration = 1000 * Number(values.seconds);
const engine = await SimulationEngine.fromDescription(
  {
    version: 1,
    seed: 1,
    dt: 0.1,
    duration,
    populations: [{ name: "cells", model: "LIF", size: 2000, params: { tRef: 2 } }],
    stimuli: [{ kind: "constant", population: "cells", amplitude: { uniform: [1500, 2500] } }],
    recorders: [
      { kind: "spikes" },
      { kind: "rate", population: "cells", every: 1 },
      { kind: "state", population: "cells", variable: "V", every: 10, neurons: [0, 1, 2] },
    ],
  },
  { threads: 1 },
);
const place = await mkdtemp(join(tmpdir(), "wbe-stream-"));
const folder = join(place, "results.zarr");
const store = streamStore(folder);

let reader;
let readerText = "";
if (values.python) {
  reader = spawn(values.python, [join(root, "interop/read_stream.py"), folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  reader.stdout.on("data", (data) => {
    readerText += data;
  });
}
const megabytes = () => process.memoryUsage().rss / 2 ** 20;
const samples = [];
const start = performance.now();
for (let k = 1; k <= 10; k++) {
  await engine.run({ duration: duration / 10, ...(values.memory ? {} : { stream: { store } }) });
  const nSpikes = engine
    .view()
    .spikeCounts("cells")
    .reduce((a, b) => a + b, 0);
  samples.push(megabytes());
  process.stdout.write(`${(engine.time / 1000).toFixed(1)} s: ${nSpikes} spikes, ${samples.at(-1).toFixed(0)} MB\n`);
}
const seconds = (performance.now() - start) / 1000;
const total = engine
  .view()
  .spikeCounts("cells")
  .reduce((a, b) => a + b, 0);
process.stdout.write(`${seconds.toFixed(1)} s of wall time, ${(total / seconds / 1e6).toFixed(2)} M spikes/s\n`);
let failed = false;
if (!values.memory) {
  const bytes = async (path) => {
    let sum = 0;
    for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) sum += (await stat(join(entry.parentPath ?? entry.path, entry.name))).size;
    }
    return sum;
  };
  const { readZarr } = await load("io/index.js");
  const { shape } = (await readZarr(store, () => 1)).arrays["spikes/step"].schema;
  const stored = JSON.parse(new TextDecoder().decode(await store.get("/spikes/step/zarr.json"))).shape[0];
  process.stdout.write(
    `${((await bytes(join(folder, "spikes"))) / stored).toFixed(2)} bytes on disk per spike, 8 uncompressed\n`,
  );
  // After the first fifth all buffers have their size; what the garbage collector leaves varies by some tens of MB.
  const growth = Math.max(...samples.slice(2)) - samples[1];
  process.stdout.write(
    `memory grew by ${growth.toFixed(0)} MB over ${((total * 0.8 * 8) / 2 ** 20).toFixed(0)} MB of spikes\n`,
  );
  failed = stored !== total || shape[0] !== 1 || growth > 60;
}
await store.close();
if (reader) {
  const code = await new Promise((done) => reader.on("close", done));
  process.stdout.write(readerText);
  failed ||= code !== 0;
}
await rm(place, { recursive: true });
process.exitCode = failed ? 1 : 0;
