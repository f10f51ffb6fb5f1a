import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { describeFailure, ScriptError, UsageError } from "../../src/cli/failure.js";
import { packageVersion } from "../../src/cli/package-info.js";
import { commands } from "../../src/cli/registry.js";
import { internalError, WbeError } from "../../src/core/errors.js";
import { wbe } from "./harness.js";

describe("the command line", () => {
  it("lists every command with its summary and loads none of them", async () => {
    const { code, out } = await wbe("--help");
    expect(code).toBe(0);
    for (const { name, summary } of commands) {
      expect(out).toContain(name);
      expect(out.replace(/\s+/g, " ")).toContain(summary);
    }
  });

  it("has one registry entry per file of commands/, with the name and summary that the command has", async () => {
    const files = readdirSync("src/cli/commands").map((file) => file.replace(/\.ts$/, ""));
    expect(commands.map((entry) => entry.name).sort()).toEqual(files.sort());
    for (const entry of commands) {
      const { name, summary, examples } = await entry.load();
      expect({ name, summary }).toEqual({ name: entry.name, summary: entry.summary });
      for (const example of examples) expect(example).toMatch(new RegExp(`^wbe ${name}\\b`));
    }
  });

  it("shows arguments, options with defaults, and examples in the help of a command", async () => {
    const { code, out } = await wbe("demo --help");
    expect(code).toBe(0);
    for (const part of ["--out <DIR>", "default wbe-demo", "--swc <FILE>", "--fast", "$ wbe demo"])
      expect(out).toContain(part);
    expect((await wbe("verify --help")).out).toContain("[area]");
  });

  it("prints the version", async () => {
    expect(await wbe("--version")).toEqual({ code: 0, out: `${packageVersion()}\n`, err: "" });
  });

  it("ends with 2 and says what is wrong for an unknown command, an unknown option, a missing argument, a wrong value", async () => {
    for (const [line, part] of [
      ["dance", "unknown command 'dance'"],
      ["demo --slow", "unknown option '--slow'"],
      ["run", "missing required argument 'file'"],
      ["bench x --runs many", "--runs"],
      ["bench x --runs 0", "--runs"],
    ] as const) {
      const { code, err } = await wbe(line);
      expect([line, code]).toEqual([line, 2]);
      expect(err).toContain(part);
    }
  });

  it("ends with 1 and one paragraph without a stack for a fault of the user's", async () => {
    const { code, err } = await wbe("explain Nobody");
    expect(code).toBe(1);
    expect(err).toMatch(/^error \[NAME_UNKNOWN\]: no model "Nobody"/);
    expect(err).not.toMatch(/\n\s+at /);
    expect((await wbe("explain Nobody --debug")).err).toMatch(/\n\s+at /);
  });
});

describe("failures", () => {
  const options = { isDebug: false, columns: 60 };

  it("map to exit codes: user 1, usage 2, internal 70, cancelled 130", () => {
    const codes = [
      new WbeError("FILE", "x"),
      new ScriptError("/a.ts", new TypeError("y")),
      new UsageError("z"),
      internalError("w"),
      new RangeError("v"),
      new WbeError("CANCELLED", "the run was cancelled"),
    ].map((error) => describeFailure(error, options).exitCode);
    expect(codes).toEqual([1, 1, 2, 70, 70, 130]);
  });

  it("are wrapped at the width of the terminal, without breaking words", () => {
    const { text } = describeFailure(
      new WbeError("FILE", "word ".repeat(40), { where: `/${"p".repeat(80)}` }),
      options,
    );
    const long = text.split("\n").filter((line) => line.length > 60);
    expect(long).toHaveLength(1);
    expect(long[0]).toContain("p".repeat(80));
  });

  it("show the causes with --debug", () => {
    const error = new WbeError("FILE", "outer", { cause: new Error("inner") });
    expect(describeFailure(error, { isDebug: true }).text).toContain("caused by: Error: inner");
  });
});
