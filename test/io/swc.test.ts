import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesSource, memorySink, readSwc, swcFormat, writeSwc } from "wbe/io";
import { WbeError } from "../../src/core/errors.js";
import type { Morphology } from "../../src/core/morphology.js";

/** CASES O02. */
const childrenFirst = [
  "2 3 0 30 0 1 4",
  "10 3 10 20 0 1 4",
  "1 1 0 0 0 5 -1",
  "4 3 0 20 0 1 5",
  "40 3 -10 20 0 1 4",
  "5 3 0 10 0 1 1",
];

function errorOf(text: string): WbeError {
  try {
    readSwc(text, { name: "cell" });
  } catch (error) {
    if (error instanceof WbeError) return error;
    throw error;
  }
  throw new Error("no error was thrown");
}

/** Parent id of each point id: the tree whatever the order of its rows. */
function treeOf(m: Morphology): Record<number, number> {
  return Object.fromEntries(Array.from(m.id, (id, i) => [id, m.parent[i]! < 0 ? -1 : m.id[m.parent[i]!]!]));
}

function expectSorted(m: Morphology): void {
  m.parent.forEach((p, i) => {
    expect(p).toBeLessThan(i);
    expect(p).toBeGreaterThanOrEqual(-1);
  });
}

describe("SWC reader", () => {
  it("reads the columns of a plain file", () => {
    const m = readSwc("# made by hand\n1 1 0 0 0 5 -1\n2 3 1.5 -2 3e1 0.5 1\n", { name: "plain" });
    expect(m.name).toBe("plain");
    expect([...m.id]).toEqual([1, 2]);
    expect([...m.type]).toEqual([1, 3]);
    expect([m.x[1], m.y[1], m.z[1], m.radius[1]]).toEqual([1.5, -2, 30, 0.5]);
    expect([...m.parent]).toEqual([-1, 0]);
    expect(m.comments).toEqual(["made by hand"]);
    expect(m.warnings).toEqual([]);
  });

  it("loads a soma that is alone, as one point or three (CASES O01)", () => {
    expect(readSwc("1 1 0 0 0 6 -1").id.length).toBe(1);
    expect([...readSwc("1 1 0 0 0 6 -1\n2 1 0 -6 0 6 1\n3 1 0 6 0 6 1").parent]).toEqual([-1, 0, 0]);
  });

  it("gives the same tree for every order of the rows, with gaps in the ids (CASES O02)", () => {
    const expected = { 1: -1, 5: 1, 4: 5, 2: 4, 10: 4, 40: 4 };
    const permutations = (rows: string[]): string[][] =>
      rows.length < 2
        ? [rows]
        : rows.flatMap((row, i) => permutations(rows.filter((_, k) => k !== i)).map((rest) => [row, ...rest]));
    const all = permutations(childrenFirst);
    expect(all.length).toBe(720);
    for (const rows of all) {
      const m = readSwc(rows.join("\n"));
      expect(treeOf(m)).toEqual(expected);
      expectSorted(m);
    }
  });

  it("keeps the order of a file that is already sorted", () => {
    expect([...readSwc("7 1 0 0 0 1 -1\n3 3 1 0 0 1 7\n9 3 2 0 0 1 3\n1 3 2 0 0 1 7").id]).toEqual([7, 3, 9, 1]);
  });

  it("reads the same columns whatever line ends, separators and byte-order mark", () => {
    const plain = "# c\n1 1 0 0 0 5 -1\n2 3 10 0 0 1 1\n3 3 20 0 0 1 2\n";
    const expected = readSwc(plain);
    const rows = plain.trimEnd();
    const variants = {
      CRLF: plain.replaceAll("\n", "\r\n"),
      CR: plain.replaceAll("\n", "\r"),
      "no last line end": rows,
      "blank lines": plain.replaceAll("\n", "\n  \n\n"),
      "byte-order mark": `\uFEFF${plain}`,
      tabs: plain.replace(/(?<=\d) /g, "\t"),
      commas: plain.replace(/(?<=\d) /g, ","),
      "commas and blanks": plain.replace(/(?<=\d) /g, " ,\t "),
      "a comma at the end": plain.replace(/(?<=\d)\n/g, ",\n"),
      indented: plain.replace(/^(?=\d)/gm, "  \t"),
      "trailing blanks": plain.replace(/(?<=\d)\n/g, "  \t\n"),
    };
    for (const [what, text] of Object.entries(variants)) expect(readSwc(text), what).toEqual(expected);
  });

  it("keeps comments in order, and those at the end of a row with their point", () => {
    const m = readSwc("#one\n#  two \n1 1 0 0 0 5 -1 # the soma\n# three\n2 3 1 0 0 1 1#tip\n#\n");
    expect(m.comments).toEqual(["one", " two ", "point 1: the soma", "three", "point 2: tip", ""]);
  });

  it("ignores further columns with one warning that counts them", () => {
    const m = readSwc("1 1 0 0 0 5 -1\n2 3 1 0 0 1 1 0.5 label\n3 3 2 0 0 1 2 0.7 # end\n");
    expect(m.warnings).toEqual(["columns after the seventh were ignored (2 rows, the first at line 2)"]);
    expect(m.comments).toEqual(["point 3: end"]);
  });

  it("reads a type, id or parent written as a float, and exponents", () => {
    const m = readSwc("1.0 1 0 0 0 5 -1.0\n2e0 3.0 1e1 -2.5E-1 +.5 1.0E0 1.\n");
    expect([...m.id, ...m.type, ...m.parent]).toEqual([1, 2, 1, 3, -1, 0]);
    expect([m.x[1], m.y[1], m.z[1]]).toEqual([10, -0.25, 0.5]);
  });

  it("reads any decimal as the double next to it, whatever its digits and point", () => {
    const digits = fc.stringMatching(/^-?\d{0,18}(?:\.\d{0,18})?$/).filter((text) => /\d/.test(text));
    fc.assert(
      fc.property(digits, (text) => {
        const { x } = readSwc(`1 1 ${text} 0 0 1 -1\n`, { name: "d" });
        expect(Object.is(x[0], Number(text))).toBe(true);
      }),
      { numRuns: 2000, seed: 7 },
    );
  });

  it("keeps several roots and says so", () => {
    const m = readSwc("1 1 0 0 0 5 -1\n2 3 9 0 0 1 -1\n3 3 10 0 0 1 2");
    expect([...m.parent]).toEqual([-1, -1, 1]);
    expect(m.warnings).toEqual(["the file holds 2 separate trees (line 2)"]);
  });

  it("keeps a radius of zero with a warning", () => {
    const m = readSwc("1 1 0 0 0 5 -1\n2 3 9 0 0 0 1");
    expect(m.radius[1]).toBe(0);
    expect(m.warnings).toEqual(["radius 0 (line 2)"]);
  });

  it("reads ids up to 2^31 − 1 without an array of that size", () => {
    expect(treeOf(readSwc("2147483647 1 0 0 0 5 -1\n5 3 1 0 0 1 2147483647"))).toEqual({
      2147483647: -1,
      5: 2147483647,
    });
  });

  it("walks a chain of 200,000 rows written from tip to root", () => {
    const n = 200_000;
    const rows = Array.from({ length: n }, (_, i) => `${n - i} 3 ${n - i} 0 0 1 ${i === n - 1 ? -1 : n - i - 1}`);
    const m = readSwc(rows.join("\n"));
    expect(m.id[0]).toBe(1);
    expect(m.parent[n - 1]).toBe(n - 2);
  });
});

describe("SWC reader refuses, naming file, line, row and remedy", () => {
  const bad: [string, string, RegExp, number][] = [
    ["a cycle", "1 1 0 0 0 5 -1\n3 3 2 0 0 1 5\n4 3 3 0 0 1 3\n5 3 4 0 0 1 4", /cycle: 3 → 5 → 4 → 3/, 2],
    ["a point that is its own parent", "1 1 0 0 0 5 -1\n3 3 2 0 0 1 3", /own parent/, 2],
    ["a missing parent (CASES O02)", "1 1 0 0 0 5 -1\n2 3 1 0 0 1 7", /parent 7, which is not in the file/, 2],
    ["a duplicate id", "1 1 0 0 0 5 -1\n2 3 1 0 0 1 1\n2 3 1 0 0 1 1", /id 2 is already used at line 2/, 3],
    [
      "a duplicate id among sparse ids",
      "1 1 0 0 0 5 -1\n900000 3 1 0 0 1 1\n900000 3 1 0 0 1 1",
      /already used at line 2/,
      3,
    ],
    ["too few columns", "1 1 0 0 0 5 -1\n2 3 10 0 0 1", /seven|7 columns .* found 6/, 2],
    ["an empty field", "1,1,0,0,0,5,-1\n2,3,,0,0,1,1", /column 3 \(x\), found an empty field/, 2],
    ["decimal commas", "1 1 0 0 0 5 -1\n2 3 1,5 0,2 0 1 1", /commas and blanks/, 2],
    ["a coordinate that is not a number", "1 1 0 0 0 5 -1\n2 3 nan 0 0 1 1", /column 3 \(x\), found "nan"/, 2],
    ["an infinite coordinate", "1 1 0 0 0 5 -1\n2 3 0 1e999 0 1 1", /column 4 \(y\), found "1e999"/, 2],
    ["hexadecimal", "1 1 0 0 0 5 -1\n0x2 3 0 1 0 1 1", /column 1 \(id\), found "0x2"/, 2],
    ["a header that is no comment", "id type x y z r parent\n1 1 0 0 0 5 -1", /mark it as a comment/, 1],
    ["a negative radius", "1 1 0 0 0 5 -1\n2 3 1 0 0 -1.5 1 # neg", /radius of at least 0 um, found -1.5/, 2],
    ["a broken id", "1.5 1 0 0 0 5 -1", /whole id/, 1],
    ["a negative id", "-3 1 0 0 0 5 -1", /whole id/, 1],
    ["an id above 2^31", "4294967296 1 0 0 0 5 -1", /whole id/, 1],
    ["a broken type", "1 2.5 0 0 0 5 -1", /whole type/, 1],
    ["a type above 255", "1 256 0 0 0 5 -1", /whole type/, 1],
    ["a parent below −1", "1 1 0 0 0 5 -2", /parent id or −1/, 1],
  ];
  for (const [what, text, message, line] of bad) {
    it(what, () => {
      const error = errorOf(text);
      expect(error.code).toBe("FORMAT");
      expect(error.message).toMatch(message);
      expect(error.where).toMatch(new RegExp(`^cell, line ${line}: ".+"$`));
      expect(error.remedy).toBeTruthy();
    });
  }

  it("a file without any row, as EMPTY_INPUT", () => {
    for (const text of ["", "\uFEFF", "# only a comment\n\n   \n"]) expect(errorOf(text).code).toBe("EMPTY_INPUT");
  });
});

describe("SWC writer", () => {
  const arbitraryMorphology: fc.Arbitrary<Morphology> = fc.integer({ min: 1, max: 40 }).chain((n) =>
    fc
      .record({
        id: fc.uniqueArray(fc.integer({ min: 0, max: 0x7fffffff }), { minLength: n, maxLength: n }),
        type: fc.array(fc.integer({ min: 0, max: 255 }), { minLength: n, maxLength: n }),
        numbers: fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 }), {
          minLength: 4 * n,
          maxLength: 4 * n,
        }),
        up: fc.array(fc.nat(), { minLength: n, maxLength: n }),
        comments: fc.array(
          fc.string().map((s) => s.replace(/[\r\n]/g, "")),
          { maxLength: 3 },
        ),
      })
      .map(({ id, type, numbers, up, comments }) => ({
        name: "any",
        id: Int32Array.from(id),
        type: Uint8Array.from(type),
        x: Float64Array.from(numbers.slice(0, n)),
        y: Float64Array.from(numbers.slice(n, 2 * n)),
        z: Float64Array.from(numbers.slice(2 * n, 3 * n)),
        radius: Float64Array.from(numbers.slice(3 * n), Math.abs),
        parent: Int32Array.from(up, (u, i) => (u % (i + 1)) - 1),
        comments,
        warnings: [],
      })),
  );

  it("read(write(m)) equals m, to the bit, for any morphology", () => {
    fc.assert(
      fc.property(arbitraryMorphology, (m) => {
        const { warnings, ...columns } = readSwc(writeSwc(m), { name: m.name });
        const { warnings: _, ...expected } = m;
        expect(columns).toEqual(expected);
        expect(warnings.every((w) => /^radius 0|^the file holds \d+ separate trees/.test(w))).toBe(true);
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it("refuses what SWC cannot hold", () => {
    const m = readSwc("1 1 0 0 0 5 -1\n2 3 1 0 0 1 1");
    const cases: [Partial<Record<keyof Morphology, unknown>>, RegExp][] = [
      [{ x: Float64Array.of(0, Number.NaN) }, /point 1 .* not finite/],
      [{ radius: Float64Array.of(0, -1) }, /radius -1 is negative/],
      [{ id: Int32Array.of(1, 1) }, /id 1 is used twice/],
      [{ parent: Int32Array.of(-1, 1) }, /parent 1 does not stand before it/],
      [{ y: Float64Array.of(0) }, /expected 2 values in column y, found 1/],
      [{ id: new Int32Array(0), type: [], x: [], y: [], z: [], radius: [], parent: [] }, /at least one point/],
    ];
    for (const [change, message] of cases) expect(() => writeSwc({ ...m, ...change } as Morphology)).toThrow(message);
  });

  it("writes a comment of two lines as two comments", () => {
    const m = { ...readSwc("1 1 0 0 0 5 -1"), comments: ["a\nb"] };
    expect(readSwc(writeSwc(m)).comments).toEqual(["a", "b"]);
  });
});

describe("SWC reader under damaged input", () => {
  it("gives a sound morphology or a WbeError, never anything else", () => {
    const valid = `# head\n${childrenFirst.join("\n")}\n41,3,-11,20,0,1,40\n42\t4\t1e1\t2\t3\t.5\t41 x # tail\r\n`;
    const pieces = fc.constantFrom(
      "\n",
      "\r",
      "#",
      ",",
      " ",
      "-",
      "e",
      "1e309",
      "NaN",
      "\0",
      "9".repeat(30),
      "0",
      "\uFEFF",
      "é",
    );
    const edit = fc.record({
      at: fc.nat(valid.length),
      cut: fc.nat(12),
      insert: fc.oneof(pieces, fc.string({ maxLength: 6 })),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
        let text = valid;
        for (const { at, cut, insert } of edits) text = text.slice(0, at) + insert + text.slice(at + cut);
        let m: Morphology;
        try {
          m = readSwc(text);
        } catch (error) {
          expect(error).toBeInstanceOf(WbeError);
          expect((error as WbeError).isUserFault).toBe(true);
          return;
        }
        expectSorted(m);
        for (const column of [m.x, m.y, m.z, m.radius]) expect(column.every(Number.isFinite)).toBe(true);
        expect(readSwc(writeSwc(m))).toMatchObject({ id: m.id, x: m.x, parent: m.parent });
      }),
      { numRuns: 1000, seed: 2 },
    );
  });
});

describe("SWC format record", () => {
  it("reads from and writes to byte sources", async () => {
    const m = readSwc("# c\n1 1 0 0 0 5 -1\n2 3 1 0 0 1 1\n", { name: "cell" });
    const sink = memorySink("cell.swc");
    await swcFormat.write!(m, sink);
    expect(await swcFormat.read(bytesSource(sink.bytes(), "folder/cell.swc"))).toEqual(m);
  });

  it("reads UTF-16 and Windows-1252 text and says so", async () => {
    const text = "# Purkinje-µ\n1 1 0 0 0 5 -1\n";
    const utf16 = new Uint8Array(Uint16Array.from(`\uFEFF${text}`, (c) => c.charCodeAt(0)).buffer);
    const latin = Uint8Array.from(text, (c) => c.charCodeAt(0));
    for (const [bytes, encoding] of [
      [utf16, "utf-16le"],
      [latin, "windows-1252"],
    ] as const) {
      const m = await swcFormat.read(bytesSource(bytes, "a.swc"));
      expect(m.comments).toEqual(["Purkinje-µ"]);
      expect(m.warnings).toEqual([`the text was read as ${encoding}`]);
    }
  });

  it("recognises SWC by its rows or its name, and nothing else", () => {
    const head = (text: string) => new TextEncoder().encode(text);
    expect(swcFormat.detect(head("# x\r\n\r\n 1 1 0 0 0 5.5 -1\r\n"), "a.txt")).toBe(true);
    expect(swcFormat.detect(head("1,1,0,0,0,5,-1"), "")).toBe(true);
    expect(swcFormat.detect(head(""), "CELL.SWC")).toBe(true);
    for (const other of ["", "a b c d e f g\n", "1 2 3\n", "1 1 0 0 0 5 -1.5\n", "\x89HDF\r\n\x1a\n", "<graphml>"]) {
      expect(swcFormat.detect(head(other), "a.txt"), other).toBe(false);
    }
  });

  it("stops when cancelled and aborts the sink", async () => {
    const signal = AbortSignal.abort();
    const sink = memorySink("a.swc");
    const m = readSwc("1 1 0 0 0 5 -1");
    await expect(swcFormat.write!(m, sink, { signal })).rejects.toMatchObject({ code: "CANCELLED" });
    expect(() => sink.bytes()).toThrow();
    await expect(swcFormat.read(bytesSource(new Uint8Array(), "a.swc"), { signal })).rejects.toMatchObject({
      code: "CANCELLED",
    });
  });
});
