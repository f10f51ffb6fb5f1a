import { describe, expect, it } from "vitest";
import { bytesSource, memorySink } from "wbe/io";
import { fileSource } from "../../src/io/file.node.js";
import { type Hdf5Dataset, openHdf5 } from "../../src/io/hdf5.js";
import { createHdf5 } from "../../src/io/hdf5-write.js";
import { dataFolder } from "./data-folder.js";

async function example(): Promise<Uint8Array> {
  const file = await createHdf5();
  file.group("/a/b", { text: "Purkinje-α 東", none: "", numbers: Int16Array.of(1, -2), one: 0.5, texts: ["x", "é"] });
  file.dataset("/a/b/f64", Float64Array.of(1, Number.NaN, 3, 4, 5, 6), { shape: [3, 2], attributes: { unit: "mV" } });
  file.dataset("/a/big", BigUint64Array.of(1n, 2n ** 53n - 1n));
  file.dataset("/a/names", ["Purkinje-α", "", "東"]);
  file.dataset("/empty", new Float32Array(0));
  file.dataset("/noNames", []);
  file.dataset("/scalar", "text");
  file.dataset(
    "/packed",
    Uint8Array.from({ length: 5000 }, (_, i) => i % 7),
    { deflate: 4 },
  );
  file.dataset("/where", { references: ["/a/b", "", "/a/big"] });
  file.dataset("/pairs", { compound: { start: Int32Array.of(0, 5), series: { references: ["/a/b/f64", "/a/big"] } } });
  file.link("/soft", "/a/names");
  const sink = memorySink("x.h5");
  await file.finish(sink);
  return sink.bytes();
}

describe("HDF5", () => {
  it("gives back what was written: numbers, text, references, compounds, links, attributes", async () => {
    const file = await openHdf5(bytesSource(await example(), "x.h5"));
    const b = file.group("a/b")!;
    expect(b.attribute("text")).toBe("Purkinje-α 東");
    expect(b.attribute("none")).toBe("");
    expect(b.attribute("numbers")).toEqual(Int16Array.of(1, -2));
    expect(b.attribute("texts")).toEqual(["x", "é"]);
    expect(b.number("one")).toBe(0.5);
    expect(b.attribute("absent")).toBeUndefined();
    const f64 = file.dataset("/a/b/f64")!;
    expect(f64.shape).toEqual([3, 2]);
    expect(f64.numbers(1, 3)).toEqual(Float64Array.of(3, 4, 5, 6));
    expect(file.dataset("a/big")!.numbers()).toEqual(Float64Array.of(1, 2 ** 53 - 1));
    expect(file.dataset("soft")!.texts()).toEqual(["Purkinje-α", "", "東"]);
    expect(file.softLink("soft")).toBe("/a/names");
    expect(file.dataset("empty")!.numbers()).toEqual(new Float32Array(0));
    expect(file.dataset("noNames")!.texts()).toEqual([]);
    expect(file.dataset("scalar")!.scalar()).toBe("text");
    expect(file.dataset("packed")!.filters).toEqual(["deflate"]);
    expect(file.dataset("packed")!.numbers().at(-1)).toBe(4999 % 7);
    expect(file.dataset("where")!.texts()).toEqual(["/a/b", "", "/a/big"]);
    const pairs = file.dataset("pairs")!.compound();
    expect(pairs.get("start")).toEqual(Float64Array.of(0, 5));
    expect(pairs.get("series")).toEqual(["/a/b/f64", "/a/big"]);
    expect(file.get("a/none/deeper")).toBeUndefined();
    file.close();
  });

  it("a 64-bit integer that a double cannot hold is a LIMIT error, never a wrong number", async () => {
    const file = await createHdf5();
    file.dataset("/id", BigInt64Array.of(2n ** 53n + 1n));
    const sink = memorySink("x.h5");
    await file.finish(sink);
    const opened = await openHdf5(bytesSource(sink.bytes(), "x.h5"));
    expect(() => opened.dataset("id")!.numbers()).toThrow(/2\^53/);
    opened.close();
  });

  it("long datasets, in chunks and not, come whole and by any rows across the pieces that they are read in", async () => {
    const n = 300_007;
    const file = await createHdf5();
    const reals = Float64Array.from({ length: 2 * n }, (_, i) => i / 3 - 1000);
    file.dataset("/rows", reals, { shape: [n, 2] });
    file.dataset("/packed", reals, { shape: [n, 2], deflate: 1 });
    file.dataset(
      "/signed",
      BigInt64Array.from({ length: n }, (_, i) => BigInt(i) - 1000n),
    );
    file.dataset(
      "/wide",
      BigUint64Array.from({ length: n }, (_, i) => BigInt(i) + 2n ** 32n - 5n),
    );
    const sink = memorySink("x.h5");
    await file.finish(sink);
    const opened = await openHdf5(bytesSource(sink.bytes(), "x.h5"));
    for (const name of ["rows", "packed"]) {
      const dataset = opened.needDataset(name);
      expect(Buffer.compare(Buffer.from(dataset.numbers().buffer), Buffer.from(reals.buffer))).toBe(0);
      expect(dataset.numbers(131_071, 262_200)).toEqual(reals.slice(2 * 131_071, 2 * 262_200));
    }
    const signed = opened.needDataset("signed");
    expect(signed.numbers(70_000, 70_002)).toEqual(Float64Array.of(69_000, 69_001));
    expect(signed.compactNumbers()).toEqual(Int32Array.from({ length: n }, (_, i) => i - 1000));
    // Five fit into 32 bits, the others do not.
    const wide = opened.needDataset("wide").compactNumbers();
    expect(wide).toEqual(Float64Array.from({ length: n }, (_, i) => i + 2 ** 32 - 5));
    opened.close();
  });

  it("a declared size beyond the limit is refused before it is allocated", async () => {
    const file = await createHdf5();
    file.dataset("/zeros", new Uint8Array(2 ** 25), { deflate: 1 });
    const sink = memorySink("x.h5");
    await file.finish(sink);
    expect(sink.bytes().length).toBeLessThan(2 ** 20);
    const opened = await openHdf5(bytesSource(sink.bytes(), "x.h5"));
    expect(() => opened.dataset("zeros")!.numbers()).toThrow(expect.objectContaining({ code: "LIMIT" }));
    expect(opened.dataset("zeros")!.numbers(0, 10)).toEqual(new Uint8Array(10));
    opened.close();
    const trusted = await openHdf5(bytesSource(sink.bytes(), "x.h5"), { maxBytes: 2 ** 26 });
    expect(trusted.dataset("zeros")!.length).toBe(2 ** 25);
    expect(trusted.dataset("zeros")!.numbers().length).toBe(2 ** 25);
    trusted.close();
  });

  it("a file that is cut anywhere is an error or reads as what is left, and never hangs", async () => {
    const bytes = await example();
    for (let length = 0; length < bytes.length; length += 97) {
      const cut = bytesSource(bytes.subarray(0, length), "cut.h5");
      await expect(
        openHdf5(cut).then((file) => {
          try {
            file.dataset("a/b/f64")?.numbers();
          } finally {
            file.close();
          }
        }),
      ).rejects.toMatchObject({ code: expect.stringMatching(/FORMAT|FILE|LIMIT/) });
    }
  });

  it.skipIf(!dataFolder)("reads big-endian and 64-bit data by range from a file of TVB", async () => {
    const source = await fileSource(`${dataFolder}/connectome/tvb_mouse_allen_2mm_Connectivity.h5`);
    let most = 0;
    const readSync = source.readSync!.bind(source);
    source.readSync = (start, end) => {
      most += end - start;
      return readSync(start, end);
    };
    const file = await openHdf5(source);
    expect(most).toBeLessThan(source.size / 4);
    const weights = file.needDataset("weights") as Hdf5Dataset;
    expect(weights.shape).toEqual([98, 98]);
    const values = Float64Array.from(weights.numbers());
    expect(values.reduce((n, w) => n + Number(w !== 0), 0)).toBe(9590);
    expect(values.reduce((a, b) => Math.max(a, b), 0)).toBe(1);
    file.close();
    await source.close();
  });
});
