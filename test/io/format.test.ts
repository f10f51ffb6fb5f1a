import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { blobSource, bytesSource, detectFormat, formats, memorySink } from "wbe/io";
import { fileSink, fileSource } from "../../src/io/file.node.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "wbe-io-"));
});
afterAll(() => rm(folder, { recursive: true }));

const content = Uint8Array.from({ length: 300 }, (_, i) => i % 251);

describe("sources", () => {
  it("file, Blob and bytes give the same ranges and refuse ranges outside", async () => {
    const path = join(folder, "ranges.bin");
    await writeFile(path, content);
    for (const source of [await fileSource(path), blobSource(new Blob([content]), "b"), bytesSource(content, "b")]) {
      expect(source.size).toBe(300);
      expect(await source.read(250, 260)).toEqual(content.slice(250, 260));
      expect(await source.read(0, 0)).toEqual(new Uint8Array(0));
      expect(await source.read(0, 300)).toEqual(content);
      for (const [start, end] of [
        [0, 301],
        [-1, 4],
        [5, 4],
        [Number.NaN, 4],
      ] as const) {
        await expect(source.read(start, end)).rejects.toMatchObject({ code: "FILE" });
      }
      await source.close();
    }
  });

  it("a missing file and a folder are FILE errors that name the path", async () => {
    const missing = join(folder, "no.swc");
    await expect(fileSource(missing)).rejects.toMatchObject({
      code: "FILE",
      where: missing,
      message: /does not exist/,
    });
    await expect(fileSource(folder)).rejects.toMatchObject({ code: "FILE", message: /it is a folder/ });
  });
});

describe("file sink", () => {
  it("shows the old content until it is closed, then the new one, and leaves nothing aside", async () => {
    const path = join(folder, "new", "out.txt");
    const first = await fileSink(path);
    await first.write(new TextEncoder().encode("old"));
    await first.close();
    const second = await fileSink(path);
    await second.write(new TextEncoder().encode("ne"));
    await second.write(new TextEncoder().encode("w"));
    expect(await readFile(path, "utf8")).toBe("old");
    await second.close();
    expect(await readFile(path, "utf8")).toBe("new");
    expect(await readdir(join(folder, "new"))).toEqual(["out.txt"]);
    await expect(second.write(content)).rejects.toMatchObject({ code: "FILE" });
  });

  it("abort leaves the old file and nothing else", async () => {
    const path = join(folder, "aborted", "out.txt");
    const sink = await fileSink(path);
    await sink.write(content);
    await sink.abort();
    await sink.abort();
    expect(await readdir(join(folder, "aborted"))).toEqual([]);
  });

  it("a target that is a folder is a FILE error and leaves nothing aside", async () => {
    const sink = await fileSink(join(folder, "new"));
    await sink.write(content);
    await expect(sink.close()).rejects.toMatchObject({ code: "FILE" });
    expect((await readdir(folder)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});

describe("memory sink", () => {
  it("keeps a copy of what was written", async () => {
    const sink = memorySink("m");
    const bytes = Uint8Array.of(1, 2);
    await sink.write(bytes);
    bytes[0] = 9;
    expect(() => sink.bytes()).toThrow(/not been closed/);
    await sink.close();
    expect([...sink.bytes()]).toEqual([1, 2]);
  });
});

describe("registry of formats", () => {
  it("holds every file of src/io that declares a format, under its file name", async () => {
    const io = fileURLToPath(new URL("../../src/io/", import.meta.url));
    const declared: string[] = [];
    for (const file of await readdir(io)) {
      if (/^export const \w+Format\b/m.test(await readFile(join(io, file), "utf8")))
        declared.push(file.replace(/\.ts$/, ""));
    }
    expect(Object.keys(formats).sort()).toEqual(declared.sort());
    for (const [key, format] of Object.entries(formats)) expect(format.id).toBe(key);
  });

  it("detects by content even when the name lies, and refuses what it does not know", async () => {
    const swc = new TextEncoder().encode("1 1 0 0 0 5 -1\n");
    expect((await detectFormat(bytesSource(swc, "x.dat"), "morphology")).id).toBe("swc");
    expect((await detectFormat(bytesSource(new Uint8Array(0), "x.swc"))).id).toBe("swc");
    await expect(detectFormat(bytesSource(content, "x.dat"))).rejects.toMatchObject({ code: "UNSUPPORTED" });
    await expect(detectFormat(bytesSource(swc, "x.swc"), "volume")).rejects.toMatchObject({ code: "UNSUPPORTED" });
  });
});
