import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formats } from "wbe/io";
import { fileSource } from "../../src/io/file.node.js";
import { dataFolder } from "../io/data-folder.js";
import { wbe } from "./harness.js";

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "wbe-sonata-"));
});
afterAll(() => rm(cwd, { recursive: true }));

describe.skipIf(!dataFolder)("wbe run with a SONATA configuration", () => {
  const config = `${dataFolder}/sonata/300_intfire/config.json`;

  it("runs the circuit and writes its spikes as SONATA", async () => {
    const { code, err } = await wbe(`run ${config} --root ${dataFolder}/sonata --dt 0.02 --out run`, { cwd });
    expect({ code, err }).toMatchObject({ code: 0 });
    const { spikes } = await formats.sonata.read(await fileSource(join(cwd, "run", "spikes.h5")));
    expect(spikes.find(({ population }) => population === "v1")!.timestamps.length).toBe(4322);
  }, 120000);

  it("stays in the configuration's folder unless told otherwise", async () => {
    const { code, err } = await wbe(`run ${config} --out other`, { cwd });
    expect(code).not.toBe(0);
    expect(err).toMatch(/--root/);
  });
});
