/** Tables of FlyWire → a wiring: exact ids, signs, and faults that name file, line and value. */
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type FlyWireOptions, readFlyWire } from "wbe/connectome";
import { bytesSource } from "wbe/io";
import { SimulationEngine } from "wbe/simulation";
import { shiu2024 } from "wbe/validation";

const file = (text: string, name = "connections.csv") => bytesSource(new TextEncoder().encode(text), name);
const read = (text: string, options: Partial<FlyWireOptions> = {}) =>
  readFlyWire({ connections: file(text), ...options });

/** Three neurons whose ids are one number as doubles. */
const [a, b, c] = ["720575940596125868", "720575940596125869", "720575940596125871"] as const;
expect(new Set([a, b, c].map(Number)).size).toBe(1);

const codex = `pre_root_id,post_root_id,neuropil,syn_count,nt_type
${c},${a},AVLP_R,7,GABA
${a},${b},AVLP_R,12,ACH
${a},${b},LH_R,5,GLUT
${b},${c},LH_R,6,GLUT
`;
const model = `,Presynaptic_ID,Postsynaptic_ID,Presynaptic_Index,Postsynaptic_Index,Connectivity,Excitatory,Excitatory x Connectivity
0,${a},${b},0,1,3,1,3
1,${b},${a},1,0,2,-1,-2
`;

describe("readFlyWire", () => {
  it("keeps 64-bit ids exactly and numbers neurons by ascending id", async () => {
    const wiring = await read(codex);
    expect([...wiring.rootIds]).toEqual([a, b, c].map(BigInt));
    expect([...wiring.source]).toEqual([2, 0, 0, 1]);
    expect([...wiring.target]).toEqual([0, 1, 1, 2]);
    expect(wiring.indexOf(b)).toBe(1);
    expect(wiring.indexOf(BigInt(c))).toBe(2);
  });

  it("holds ids up to 2^64 − 1 and refuses larger ones", async () => {
    const largest = 2n ** 64n - 1n;
    const table = (id: bigint) => `pre_root_id,post_root_id,syn_count,nt_type\n${id},1,5,ACH\n`;
    expect([...(await read(table(largest))).rootIds]).toEqual([1n, largest]);
    await expect(read(table(largest + 1n))).rejects.toThrow(/root id.*18446744073709551616/);
  });

  it("gives a neuron the sign of most of its synapses, or each connection its own", async () => {
    expect([...(await read(codex)).synapses]).toEqual([-7, 12, 5, -6]);
    expect([...(await read(codex, { sign: "connection" })).synapses]).toEqual([-7, 12, -5, -6]);
  });

  it("takes transmitters for what the model of Shiu et al. takes them", async () => {
    const names = ["ACH", "DA", "OCT", "SER", "GABA", "GLUT"];
    const rows = names.map((name, k) => `${k},9,1,${name}`).join("\n");
    const { synapses } = await read(`pre_root_id,post_root_id,syn_count,nt_type\n${rows}`);
    expect([...synapses]).toEqual([1, 1, 1, 1, -1, -1]);
  });

  it("says how many connections have no transmitter", async () => {
    const wiring = await read(`pre_root_id,post_root_id,syn_count,nt_type\n1,2,5,\n2,1,5,GABA\n`);
    expect([...wiring.synapses]).toEqual([5, -5]);
    expect(wiring.warnings).toEqual([expect.stringMatching(/^1 of 2 connections have no transmitter/)]);
  });

  it("reads the published model's table and list of neurons, in the order of the list", async () => {
    const neurons = file(`,Completed\n${b},True\n${c},True\n${a},True\n`, "Completeness_783.csv");
    const wiring = await read(model, { neurons });
    expect([...wiring.rootIds]).toEqual([b, c, a].map(BigInt));
    expect([...wiring.source]).toEqual([2, 0]);
    expect([...wiring.target]).toEqual([0, 2]);
    expect([...wiring.synapses]).toEqual([3, -2]);
  });

  it("reads gzip, CR LF, quotes and a byte-order mark as the plain table", async () => {
    const plain = await read(codex);
    const crlf = `\uFEFF${codex.replaceAll("\n", "\r\n")}`;
    const quoted = codex.replace(/[^,\n]+/g, '"$&"');
    const packed = bytesSource(new Uint8Array(gzipSync(codex)), "connections.csv.gz");
    for (const wiring of [await read(crlf), await read(quoted), await readFlyWire({ connections: packed })]) {
      expect([...wiring.rootIds]).toEqual([...plain.rootIds]);
      expect([...wiring.synapses]).toEqual([...plain.synapses]);
    }
  });

  it("reads a table of many blocks: 300,000 rows, whatever lies at their borders", async () => {
    const n = 300_000;
    const id = (k: number) => 720575940000000000n + BigInt((k * 7919) % 5003);
    const rows = Array.from({ length: n }, (_, k) => `${id(k)},${id(k + 1)},AVLP_R,${1 + (k % 97)},ACH`);
    const wiring = await read(`pre_root_id,post_root_id,neuropil,syn_count,nt_type\n${rows.join("\n")}`);
    expect(wiring.nNeurons).toBe(5003);
    const wrong = rows.findIndex(
      (_, k) =>
        wiring.rootIds[wiring.source[k]!] !== id(k) ||
        wiring.rootIds[wiring.target[k]!] !== id(k + 1) ||
        wiring.synapses[k] !== 1 + (k % 97),
    );
    expect(wrong).toBe(-1);
    expect(wiring.source).toHaveLength(n);
  });

  it("makes a network that runs: a driven neuron sets off the one that it excites", async () => {
    const wiring = await read(codex.replace("12,ACH", "400,ACH"));
    const network = shiu2024({ wiring, driven: [wiring.indexOf(a)], rate: 150, duration: 300 });
    const engine = await SimulationEngine.fromDescription(network);
    await engine.run();
    const { neuron } = engine.spikes();
    expect(neuron.includes(wiring.indexOf(b))).toBe(true);
    expect(neuron.includes(wiring.indexOf(c))).toBe(false); // inhibited only
  });
});

describe("readFlyWire names what is wrong", () => {
  const row = (text: string) => `pre_root_id,post_root_id,syn_count,nt_type\n1,2,5,ACH\n${text}\n`;

  it.each([
    ["an id that is text", row("x7,2,5,ACH"), /root id.*"x7".*connections\.csv, line 3/],
    ["an id that a spreadsheet rounded", row("7.20575940596126e+17,2,5,ACH"), /rounded/],
    ["an empty id", row(",2,5,ACH"), /root id.*"".*line 3/],
    ["a count of none", row("1,2,0,ACH"), /synapses above 0, found "0".*line 3/],
    ["a count that is no number", row("1,2,five,ACH"), /"five".*line 3/],
    ["a transmitter that there is not", row("1,2,5,GLUTT"), /"GLUTT".*line 3.*GLUT/],
    ["a missing field", row("1,2,5"), /4 as in the header, found 3 fields.*line 3/],
    ["an open quote", row('"1,2,5,ACH'), /quote.*line 3/],
    ["missing columns", "pre,post,weight\n1,2,3\n", /columns of a FlyWire table, found "pre".*line 1/],
    ["a sign of 0", "Presynaptic_ID,Postsynaptic_ID,Connectivity,Excitatory\n1,2,3,0\n", /1 or -1.*"0".*line 2/],
    ["an empty file", "", /empty file.*connections\.csv/],
    ["a header alone", "pre_root_id,post_root_id,syn_count,nt_type\n", /expected connections, found none/],
  ])("%s", async (_, text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });

  it("a neuron that is not in the list, and one that stands there twice", async () => {
    const list = (text: string) => ({ neurons: file(text, "list.csv") });
    await expect(read(row("1,3,5,ACH"), list("root_id\n1\n2\n"))).rejects.toThrow(
      /neuron of list\.csv, found "3".*connections\.csv, line 3/,
    );
    await expect(read(codex, list("root_id\n1\n1\n"))).rejects.toThrow(/id that is new, found "1".*list\.csv, line 3/);
  });

  it("a damaged table as Parquet", async () => {
    const connections = file("PAR1....", "Connectivity_783.parquet");
    await expect(readFlyWire({ connections })).rejects.toThrow(/expected a (Parquet file|footer)/);
  });

  it("gzip that was cut short", async () => {
    const whole = new Uint8Array(gzipSync(codex.repeat(100)));
    const connections = bytesSource(whole.subarray(0, whole.length - 20), "cut.csv.gz");
    await expect(readFlyWire({ connections })).rejects.toMatchObject({ code: "FORMAT" });
  });

  it("a root id that is not in the table, and an index by something that is no id", async () => {
    const wiring = await read(codex);
    expect(() => wiring.indexOf("5")).toThrow(/no neuron with root id 5/);
    expect(() => wiring.indexOf("AVAL")).toThrow(/root id as digits/);
  });

  it("and stops when it is cancelled", async () => {
    await expect(read(codex, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "CANCELLED" });
  });
});
