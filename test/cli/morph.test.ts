import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { wbe } from "./harness.js";

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "wbe-morph-"));
  await writeFile(join(cwd, "cell.swc"), "1 1 0 0 0 5 -1\n2 3 0 10 0 1 1\n3 3 0 40 0 1 2\n4 3 30 10 0 1 2\n");
});
afterAll(() => rm(cwd, { recursive: true }));

it("wbe morph measures a tree, draws it, and does not write over a drawing", async () => {
  const { code, out } = await wbe("morph cell.swc --json --svg cell.svg", { cwd });
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ nPoints: 4, nTips: 2, nBranchPoints: 1, cableLength: 60 });
  expect(await readFile(join(cwd, "cell.svg"), "utf8")).toMatch(/^<svg/);
  expect((await wbe("morph cell.swc --svg cell.svg", { cwd })).err).toMatch(/--force/);
  expect((await wbe("morph cell.swc", { cwd })).out).toMatch(/nTips\s+2\n/);
  expect((await wbe("morph none.swc", { cwd })).err).toMatch(/does not exist/);
});
