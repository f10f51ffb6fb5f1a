/** `wbe run --checkpoint`: interruption, resumption, kills, full disks, and files that are not what they should be. */
import { execFile, execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { removeAbandoned, writeWholeFile } from "../../src/io/file.node.js";
import { spikesOf } from "../../src/io/run-arrays.js";
import { readRunFolder } from "../../src/io/run-folder.node.js";
import { decodeCheckpoint, spikeHash } from "../../src/simulation/index.js";
import { referenceHash } from "../simulation/reference-hash.js";
import { wbe } from "./harness.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const example = join(root, "examples/reference-network.json");

let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), "wbe-checkpoint-"));
});
afterEach(() => rm(place, { recursive: true, force: true }));

const hashOf = async (folder: string) => spikeHash(spikesOf(await readRunFolder(join(place, folder)))!);
const run = (args: string, signal?: AbortSignal) => wbe(`run net.json --out out ${args}`, { cwd: place, signal });

describe("wbe run --checkpoint", () => {
  beforeEach(() => copyFile(example, join(place, "net.json")));

  it("interrupted and resumed gives the published hash, and leaves only the checkpoint", async () => {
    // Cancelled at the first look after the first checkpoint. A clock that runs fast makes slices short, however fast the run is.
    const now = performance.now.bind(performance);
    let ahead = 0;
    const clock = vi.spyOn(performance, "now").mockImplementation(() => {
      ahead += 10;
      return now() + ahead;
    });
    const { signal } = new AbortController();
    Object.defineProperty(signal, "aborted", { get: () => existsSync(join(place, "net.ckpt")) });
    const first = await run("--checkpoint net.ckpt --autosave 0.001", signal);
    clock.mockRestore();
    expect([first.code, first.err]).toEqual([130, expect.stringContaining("CANCELLED")]);
    expect((await readdir(place)).sort()).toEqual(["net.ckpt", "net.json"]);
    const second = await run("--checkpoint net.ckpt --resume");
    expect(second.err).toMatch(/resuming at [\d.]+ ms/);
    expect(second.code).toBe(0);
    expect(await hashOf("out")).toBe(referenceHash);
    // Resuming what has ended gives the results again.
    expect((await run("--checkpoint net.ckpt --resume")).err).toContain("resuming at 500 ms");
    expect(await hashOf("out")).toBe(referenceHash);
    expect((await readdir(place)).sort()).toEqual(["net.ckpt", "net.json", "out"]);
    expect(JSON.parse(await readFile(join(place, "out/manifest.json"), "utf8")).command).toBe(
      "wbe run net.json --out out --checkpoint net.ckpt --resume",
    );
  });

  it("starts at 0 and says so when there is nothing to resume from", async () => {
    const { code, err } = await run("--checkpoint net.ckpt --resume");
    expect([code, err]).toEqual([0, expect.stringMatching(/no checkpoint yet at .*net\.ckpt/)]);
    expect((await decodeCheckpoint(await readFile(join(place, "net.ckpt")))).step).toBe(10_000);
  });

  it("without --resume does not overwrite a checkpoint", async () => {
    await writeFile(join(place, "net.ckpt"), "precious");
    const { code, err } = await run("--checkpoint net.ckpt");
    expect([code, err]).toEqual([1, expect.stringContaining("--resume")]);
    expect(await readFile(join(place, "net.ckpt"), "utf8")).toBe("precious");
  });

  it("refuses a checkpoint that was cut short, changed, is of another network or lies behind the end", async () => {
    const path = join(place, "net.ckpt");
    await run("--checkpoint net.ckpt");
    const whole = await readFile(path);
    const refusal = async () => {
      const { code, err } = await run("--checkpoint net.ckpt --resume");
      expect(code).toBe(1);
      return err.replace(/\s+/g, " ");
    };
    await truncate(path, whole.length - 1);
    expect(await refusal()).toMatch(/\[FORMAT\].*cut short/);
    const changed = Buffer.from(whole);
    changed[whole.length >> 1]! ^= 16;
    await writeFile(path, changed);
    expect(await refusal()).toMatch(/\[FORMAT\].*it was changed/);
    await writeFile(path, whole);
    const description = JSON.parse(await readFile(example, "utf8"));
    await writeFile(join(place, "net.json"), JSON.stringify({ ...description, duration: 499 }));
    expect(await refusal()).toMatch(/\[DESCRIPTION_INVALID\].*stands at 500 ms/);
    await writeFile(join(place, "net.json"), JSON.stringify({ ...description, seed: 1 }));
    expect(await refusal()).toMatch(/\[DESCRIPTION_INVALID\].*does not fit.*another network/);
    expect(Buffer.from(await readFile(path)).equals(whole)).toBe(true);
  });

  it.each([
    ["--resume", /need --checkpoint/],
    ["--autosave 3", /need --checkpoint/],
    ["--checkpoint net.ckpt --autosave 0", /--autosave/],
    ["--checkpoint net.ckpt --autosave often", /--autosave/],
  ])("refuses %s as usage", async (args, message) => {
    const { code, err } = await run(args);
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
  });

  it("refuses a script with the reason", async () => {
    await writeFile(join(place, "net.ts"), "export const x = 1;");
    const { code, err } = await wbe("run net.ts --checkpoint net.ckpt", { cwd: place });
    expect([code, err]).toEqual([1, expect.stringContaining("engine.load(checkpoint)")]);
  });
});

describe("files that are written whole", () => {
  it("what a killed process left beside a file is removed, and nothing else", async () => {
    const path = join(place, "a.ckpt");
    const dead = 2 ** 22 + 1; // beyond the largest process id of Linux
    const keep = [`.a.ckpt.${process.pid}.0.tmp`, `.b.ckpt.${dead}.0.tmp`, `.a.ckpt.${dead}.0.tmp.bak`, "a.ckpt"];
    for (const name of [...keep, `.a.ckpt.${dead}.0.tmp`, `.a.ckpt.${dead}.17.tmp`]) {
      await writeFile(join(place, name), "x");
    }
    await removeAbandoned(path);
    expect((await readdir(place)).sort()).toEqual([...keep].sort());
    await removeAbandoned(join(place, "no/such/folder/a.ckpt"));
  });

  it.skipIf(!canMount())("on a full disk fail clearly, keep the old file and leave nothing beside it", async () => {
    const disk = join(place, "disk");
    await mkdir(disk);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", disk]);
    try {
      const path = join(disk, "net.ckpt");
      await writeWholeFile(path, new Uint8Array(100_000).fill(1));
      const failed = await writeWholeFile(path, new Uint8Array(200_000)).catch((error: Error) => error);
      expect(failed).toMatchObject({ code: "FILE", message: expect.stringContaining("the disk is full") });
      expect(await readdir(disk)).toEqual(["net.ckpt"]);
      expect(await readFile(path)).toEqual(Buffer.alloc(100_000, 1));

      await copyFile(example, join(place, "net.json"));
      await rm(path);
      await writeFile(join(disk, "filler"), new Uint8Array(200_000));
      const { code, err } = await run("--checkpoint disk/net.ckpt --autosave 0.001");
      expect([code, err.replace(/\s+/g, " ")]).toEqual([1, expect.stringMatching(/\[FILE\].*the disk is full/)]);
      expect(await readdir(disk)).toEqual(["filler"]);
    } finally {
      execFileSync("umount", [disk]);
    }
  });
});

describe("the process", () => {
  // A copy of the source as it is now; below node_modules, where its dependencies are found.
  let built: string;
  beforeAll(async () => {
    built = await mkdtemp(join(root, "node_modules/.wbe-kill-"));
    await cp(join(root, "package.json"), join(built, "package.json"));
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const options = ["-p", join(root, "tsconfig.build.json"), "--noCheck", "--outDir", join(built, "dist")];
    await promisify(execFile)(process.execPath, [tsc, ...options]);
  });
  afterAll(() => rm(built, { recursive: true, force: true }));

  it.each([
    ["3", "1", "4000"],
    ["2", "2", "1500"],
  ])(
    "killed with SIGKILL at %s random moments on %s threads and resumed fires the spikes of a run that was not killed",
    async (kills, threads, duration) => {
      const { stdout } = await promisify(execFile)(process.execPath, [
        join(root, "scripts/kill-test.js"),
        ...[
          "--kills",
          kills,
          "--duration",
          duration,
          "--seed",
          "2",
          "--threads",
          threads,
          "--dist",
          join(built, "dist"),
        ],
      ]);
      expect(stdout).toContain(`${kills} kills`);
      expect(stdout).toContain(", 0 failures");
    },
  );

  it.each(["SIGTERM", "SIGINT"] as const)("saves where it stands on %s and ends with code 130", async (name) => {
    const description = JSON.parse(await readFile(example, "utf8"));
    await writeFile(join(place, "net.json"), JSON.stringify({ ...description, duration: 1e7 }));
    const main = join(built, "dist/cli/main.js");
    const args = [main, "run", "net.json", "--checkpoint", "net.ckpt", "--autosave", "1"];
    const child = spawn(process.execPath, args, { cwd: place, stdio: ["ignore", "ignore", "pipe"] });
    let err = "";
    child.stderr.on("data", (data) => {
      err += data;
    });
    const ended = new Promise((resolve) => child.on("close", (code) => resolve(code)));
    while (!existsSync(join(place, "net.ckpt"))) await new Promise((resolve) => setTimeout(resolve, 20));
    const saved = await decodeCheckpoint(await readFile(join(place, "net.ckpt")));
    child.kill(name); // long before the next save is due
    expect([await ended, err]).toEqual([130, expect.stringContaining("CANCELLED")]);
    expect((await readdir(place)).sort()).toEqual(["net.ckpt", "net.json"]);
    expect((await decodeCheckpoint(await readFile(join(place, "net.ckpt")))).step).toBeGreaterThan(saved.step);
  });
});

/** Only root may, on Linux, and not in every container. */
function canMount(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  const probe = join(tmpdir(), `wbe-mount-${process.pid}`);
  try {
    execFileSync("mkdir", ["-p", probe]);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", probe], { stdio: "ignore" });
    execFileSync("umount", [probe]);
    return true;
  } catch {
    return false;
  } finally {
    execFileSync("rmdir", [probe]);
  }
}
