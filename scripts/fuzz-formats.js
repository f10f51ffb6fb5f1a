/**
 * Damages files of every format and reads them: only a value or a WbeError, within 2 s, is right.
 *
 *   node scripts/fuzz-formats.js [--inputs 100000] [--seed 1] [--only nifti] [--data FOLDER]
 *
 * Takes hours at 100,000 inputs a reader; the conformance suite tries 1,000 each.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createJiti } from "jiti";

const root = fileURLToPath(new URL("../", import.meta.url));
const { values } = parseArgs({
  options: {
    inputs: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    data: { type: "string" },
  },
});
const alias = { "wbe/core": `${root}src/core/index.ts`, "wbe/io": `${root}src/io/index.ts` };
const jiti = createJiti(root, { fsCache: false, tryNative: false, alias });
const { fuzzFormats } = await jiti.import(`${root}test/io/fuzz-run.ts`);
const failures = await fuzzFormats({
  inputs: Number(values.inputs),
  seed: Number(values.seed),
  only: values.only,
  data: values.data ?? process.env.WBE_DATA,
  log: (line) => console.log(line),
});
console.log(failures === 0 ? "no failures" : `${failures} failures`);
process.exitCode = failures === 0 ? 0 : 1;
