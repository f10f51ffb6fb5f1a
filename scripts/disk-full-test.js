/**
 * Lets `wbe run --checkpoint --stream` run into a full disk, again and again, and resumes it when there is room. Ends with
 * code 0 only when every failure said what is wrong, left a checkpoint and a run folder that can be read and nothing
 * beside them, and the last run has the spikes of one that had room.
 *
 *     npm run build && mkdir small && sudo mount -t tmpfs -o size=16m tmpfs small && node scripts/disk-full-test.js small
 *
 * The folder should be a file system of its own, of 16 MB or so: all but a little of it is filled.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const place = resolve(process.argv[2] ?? "");
const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const load = (path) => import(pathToFileURL(join(dist, path)).href);
const { readRunFolder, spikesOf } = await load("io/index.node.js");
const { decodeCheckpoint, spikeHash } = await load("simulation/index.js");

const roomOf = async () => {
  const { bavail, bsize } = await statfs(place);
  return bavail * bsize;
};
if ((await roomOf()) > 2 ** 28) throw new Error(`${place} has more than 256 MB of room: give a small file system`);

const aside = await mkdtemp(join(tmpdir(), "wbe-full-"));
const network = join(aside, "network.json");
await writeFile(
  network,
  JSON.stringify({
    version: 1,
    seed: 1,
    dt: 0.1,
    duration: 4000,
    populations: [{ name: "cells", model: "LIF", size: 100 }],
    projections: [],
    stimuli: [
      { kind: "poisson", population: "cells", rate: 8000, weight: 60, synapse: "ExpCurrent", params: { tau: 2 } },
    ],
    recorders: [{ kind: "spikes" }, { kind: "state", population: "cells", variable: "V", every: 1 }],
  }),
);

function wbe(out, args) {
  const command = [join(dist, "cli/main.js"), "run", network, "--out", out, "--stream", "--threads", "1", ...args];
  const child = spawn(process.execPath, command, { stdio: ["ignore", "ignore", "pipe"] });
  let err = "";
  child.stderr.on("data", (data) => {
    err += data;
  });
  return new Promise((done) => {
    child.on("close", (code) => done({ code, err }));
  });
}

let failures = 0;
function check(holds, what) {
  if (holds) return;
  failures++;
  process.stdout.write(`FAILED: ${what}\n`);
}

const hashOf = async (out) => spikeHash(spikesOf(await readRunFolder(out)));
const untouched = join(aside, "untouched");
check((await wbe(untouched, [])).code === 0, "the run with room ends well");
const expected = await hashOf(untouched);

const out = join(place, "out");
const checkpoint = join(place, "run.ckpt");
const ballast = join(place, "ballast");
const messages = new Set();
let full = 0;
for (let room = 100_000; ; room += 400_000) {
  await writeFile(ballast, new Uint8Array(Math.max(0, (await roomOf()) - room)));
  const { code, err } = await wbe(out, ["--checkpoint", checkpoint, "--autosave", "0.05", "--resume"]);
  await rm(ballast);
  if (code === 0) break;
  full++;
  const message = err.trim().split("\n").at(-1);
  messages.add(message.slice(0, 160));
  check(/error \[FILE\].*the disk is full/.test(err), `a full disk is told of: ${message}`);
  check(!/\n\s+at /.test(err), `the message is not a stack trace: ${message}`);
  if (existsSync(checkpoint)) await decodeCheckpoint(await readFile(checkpoint));
  if (existsSync(join(out, "results.zarr/zarr.json"))) await readRunFolder(out);
  const left = (await readdir(place, { recursive: true })).filter((name) => /tmp|\.run\.ckpt/.test(name));
  check(left.length === 0, `nothing is left beside: ${left}`);
  if (full > 60) throw new Error("the disk is always full: give a larger one");
}
check(full > 1, "the disk was full more than once");
check((await hashOf(out)) === expected, "the spikes are those of the run with room");
await rm(aside, { recursive: true });
await rm(out, { recursive: true });
await rm(checkpoint);
process.stdout.write(`${[...messages].join("\n")}\n${full} full disks, ${failures} failures\n`);
process.exitCode = failures === 0 ? 0 : 1;
