/** `wbe run --stream`: the run folder while the run goes on, after kills, and in the end that of a run that is not streamed. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { readRunFolder } from "../../src/io/run-folder.node.js";
import { wbe } from "./harness.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), "wbe-stream-"));
});
afterEach(() => rm(place, { recursive: true, force: true }));

const makeNetwork = async (changes: object = {}) => {
  const reference = JSON.parse(await readFile(join(root, "examples/reference-network.json"), "utf8"));
  const recorders = [
    ...reference.recorders,
    { kind: "state", population: "lif", variable: "V", every: 0.5 },
    { kind: "rate", population: "lif", every: 5 },
    { kind: "weights", projection: "lif to lif", every: 50, summary: "moments" },
  ];
  const actions = [{ at: 100, kind: "snapshot", name: "early", populations: ["hh"] }];
  await writeFile(join(place, "net.json"), JSON.stringify({ ...reference, recorders, actions, ...changes }));
};
const run = (args: string, signal?: AbortSignal) => wbe(`run net.json ${args}`, { cwd: place, signal });
const results = async (folder: string) => {
  const { arrays, groups, manifest } = await readRunFolder(join(place, folder));
  const bytes = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
    Buffer.from(buffer, byteOffset, byteLength).toString("base64");
  const values = Object.fromEntries(
    Object.entries(arrays).map(([path, { data, schema }]) => [path, [schema, bytes(data)]]),
  );
  return { values, groups, state: manifest.state, paths: manifest.arrays.map(({ path }) => path).sort() };
};

describe("wbe run --stream", () => {
  it("ends with the arrays of a run that is not streamed, report and figures", async () => {
    await makeNetwork();
    expect((await run("--out plain")).code).toBe(0);
    const { code, err } = await run("--out streamed --stream");
    expect([code, err.includes("warning")]).toEqual([0, false]);
    const [plain, streamed] = [await results("plain"), await results("streamed")];
    expect(streamed.values).toEqual(plain.values);
    expect(streamed.groups).toEqual(plain.groups);
    expect(streamed.paths).toEqual(plain.paths);
    expect(streamed.paths).toEqual(
      expect.arrayContaining([
        "spikes/step",
        "rates/lif/data",
        "snapshots/early/states/hh/V",
        "weights/lif_x20_to_x20_lif/after",
      ]),
    );
    expect([plain.state, streamed.state]).toEqual(["finished", "finished"]);
    expect((await readdir(join(place, "streamed"))).sort()).toEqual((await readdir(join(place, "plain"))).sort());
    expect(await readFile(join(place, "streamed/report.html"), "utf8")).toContain("<svg");
    // Again, on two threads: the older run is replaced.
    expect((await run("--out streamed --stream --threads 2")).code).toBe(0);
    expect(await results("streamed")).toEqual(streamed);
  });

  it("interrupted and resumed ends with the same arrays", async () => {
    // Long enough that nobody misses the first checkpoint.
    await makeNetwork({ duration: 5000 });
    await run("--out plain");
    // Cancelled at the first look after the first checkpoint. A clock that runs fast makes slices short, however fast the run is.
    const now = performance.now.bind(performance);
    let ahead = 0;
    const clock = vi.spyOn(performance, "now").mockImplementation(() => {
      ahead += 10;
      return now() + ahead;
    });
    const { signal } = new AbortController();
    Object.defineProperty(signal, "aborted", { get: () => existsSync(join(place, "net.ckpt")) });
    const first = await run("--out out --stream --checkpoint net.ckpt --autosave 0.001", signal);
    clock.mockRestore();
    expect(first.code).toBe(130);
    const between = await results("out");
    expect(between.state).toBe("running");
    expect((await run("--out out --stream --checkpoint net.ckpt --resume")).code).toBe(0);
    expect(await results("out")).toEqual(await results("plain"));
  });

  it("refuses scripts, and a folder that is something else", async () => {
    await makeNetwork();
    await writeFile(join(place, "a.ts"), "export {};");
    expect((await wbe("run a.ts --stream --out out", { cwd: place })).err).toContain("found a script");
    await writeFile(join(place, "other"), "mine");
    expect((await run("--out other --stream")).err).toContain("will not overwrite");
    expect(await readFile(join(place, "other"), "utf8")).toBe("mine");
  });

  it("opens files of spike times beside the description and keeps their hashes", async () => {
    await makeNetwork({
      stimuli: [{ kind: "spikes", population: "lif", weight: 50, synapse: "ExpConductance", file: "in.csv" }],
    });
    await writeFile(join(place, "in.csv"), "time_ms,neuron\n10,0\n12.5,3\n");
    expect((await run("--out out")).code).toBe(0);
    const { inputs, description } = JSON.parse(await readFile(join(place, "out/manifest.json"), "utf8"));
    expect(inputs.map(({ name }: { name: string }) => name)).toEqual(["net.json", "in.csv"]);
    expect(description.stimuli[0]).toMatchObject({ times: [10, 12.5], indices: [0, 3] });
    await rm(join(place, "in.csv"));
    const { code, err } = await run("--out out");
    expect([code, err]).toEqual([1, expect.stringContaining("in.csv")]);
  });
});

describe("a streamed run that is killed", () => {
  let built: string;
  beforeAll(async () => {
    // A copy of the source as it is now; below node_modules, where its dependencies are found.
    built = await mkdtemp(join(root, "node_modules/.wbe-stream-"));
    await cp(join(root, "package.json"), join(built, "package.json"));
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const options = ["-p", join(root, "tsconfig.build.json"), "--noCheck", "--outDir", join(built, "dist")];
    execFileSync(process.execPath, [tsc, ...options]);
  }, 120_000);
  afterAll(() => rm(built, { recursive: true, force: true }));

  /** Starts the command line, and waits until the store shows a step of at least `until`. */
  async function startUntil(args: string[], until: number): Promise<ChildProcess> {
    const child = spawn(process.execPath, [join(built, "dist/cli/main.js"), "run", "net.json", ...args], {
      cwd: place,
    });
    const start = performance.now();
    for (;;) {
      const shown = await readRunFolder(join(place, "out")).catch(() => undefined);
      if (Number(shown?.groups.spikes?.stopStep ?? 0) >= until) return child;
      if (performance.now() - start > 60_000 || child.exitCode !== null) throw new Error("nothing was shown");
      await new Promise((done) => setTimeout(done, 20));
    }
  }

  it("can be read while it runs and after it was killed, and goes on without a gap or a duplicate", async () => {
    await makeNetwork({ duration: 30_000, actions: [] });
    await run("--out plain");
    const expected = await results("plain");
    const args = ["--out", "out", "--stream", "--checkpoint", "net.ckpt", "--autosave", "0.3", "--resume"];
    for (const until of [20_000, 200_000]) {
      const child = await startUntil(args, until);
      child.kill("SIGKILL");
      await new Promise((done) => child.on("close", done));
      const { arrays, groups, manifest } = await readRunFolder(join(place, "out"));
      expect(manifest.state).toBe("running");
      const step = arrays["spikes/step"]!.data;
      expect(Number(groups.spikes!.stopStep)).toBeGreaterThanOrEqual(until);
      expect(Buffer.from(step.buffer, step.byteOffset, step.byteLength).toString("base64").slice(0, -8)).toBe(
        (expected.values["spikes/step"]![1] as string).slice(0, Buffer.from(step.buffer).toString("base64").length - 8),
      );
      expect(arrays["spikes/neuron"]!.data).toHaveLength(step.length);
    }
    const { code } = await run("--out out --stream --checkpoint net.ckpt --resume");
    expect(code).toBe(0);
    const found = await results("out");
    expect(found.values).toEqual(expected.values);
    expect((await readdir(join(place, "out"))).filter((name) => name.includes("partial"))).toEqual([]);
  }, 180_000);
});
