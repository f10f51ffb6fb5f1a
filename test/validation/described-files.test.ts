import { describe, expect, it } from "vitest";
import { bytesSource } from "wbe/io";
import { describedFileFigures } from "../../src/validation/verify/described-files.js";

const tree = "1 1 0 0 0 5 -1\n2 3 10 0 0 1 1\n3 3 20 0 0 1 2\n";
const cell =
  '<neuroml><cell id="c"><biophysicalProperties id="b"><membraneProperties/></biophysicalProperties></cell></neuroml>';
const files: Record<string, string> = { "a.swc": tree, "broken.swc": "1 1 0", "c.nml": cell };
const results = (facts: Record<string, string>) => {
  const sources = Object.entries(facts).map(([path, fact]) => `| ${path} | what | where | licence | ${fact} |`);
  const open = async (path: string) => bytesSource(new TextEncoder().encode(files[path]), path);
  return Promise.all(describedFileFigures(async () => sources.join("\n"), open).map(({ check }) => check({})));
};

describe("files beside what SOURCES.md says of them", () => {
  it("true facts pass, and a file that must be refused does not count", async () => {
    const [swc, nml] = await results({
      "a.swc": "3 points, 1 root(s), 1 tips, 0 branch nodes, types 1:1 3:2",
      "broken.swc": "0 points, 1 bad line(s)",
      "c.nml": "0 channelDensity elements",
    });
    expect([swc!.ok, nml!.ok]).toEqual([true, true]);
  });

  it("a false fact fails and names the file and what was found; no file at all is a failure", async () => {
    const [swc, nml, sonata] = await results({ "a.swc": "4 points, 1 root(s)", "c.nml": "14 channelDensity elements" });
    expect(swc).toMatchObject({ ok: false, got: "a.swc: 3 points, 1 root(s), 1 tips, 0 branch nodes" });
    expect(nml).toMatchObject({ ok: false, got: "c.nml: 0 channelDensity elements" });
    expect(sonata).toMatchObject({ ok: false, got: "no file" });
  });
});
