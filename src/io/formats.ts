/**
 * The registry of file formats: one line each. A test compares it with the folder.
 *
 * @module
 */
import { WbeError } from "../core/errors.js";
import { adjacencyFormat } from "./adjacency.js";
import { arrowFormat } from "./arrow.js";
import { edgeListFormat } from "./edge-list.js";
import { type Category, detectBytes, type Source } from "./format.js";
import { gexfFormat } from "./gexf.js";
import { giftiFormat } from "./gifti.js";
import { graphmlFormat } from "./graphml.js";
import { matrixMarketFormat } from "./matrix-market.js";
import { neurolucidaFormat } from "./neurolucida.js";
import { neuromlFormat } from "./neuroml.js";
import { niftiFormat } from "./nifti.js";
import { npyFormat } from "./npy.js";
import { npzFormat } from "./npz.js";
import { nrrdFormat } from "./nrrd.js";
import { nwbFormat } from "./nwb.js";
import { parquetFormat } from "./parquet.js";
import { sonataFormat } from "./sonata.js";
import { spikeTimesFormat } from "./spike-times.js";
import { swcFormat } from "./swc.js";
import { tiffFormat } from "./tiff.js";
import { tvbFormat } from "./tvb.js";

export const formats = {
  swc: swcFormat,
  neurolucida: neurolucidaFormat,
  neuroml: neuromlFormat,
  gifti: giftiFormat,
  nwb: nwbFormat,
  sonata: sonataFormat,
  nifti: niftiFormat,
  npy: npyFormat,
  npz: npzFormat,
  nrrd: nrrdFormat,
  tiff: tiffFormat,
  graphml: graphmlFormat,
  gexf: gexfFormat,
  "matrix-market": matrixMarketFormat,
  tvb: tvbFormat,
  parquet: parquetFormat,
  arrow: arrowFormat,
  "spike-times": spikeTimesFormat,
  "edge-list": edgeListFormat,
  adjacency: adjacencyFormat,
} as const;

type AnyFormat = (typeof formats)[keyof typeof formats];

/**
 * The format of a source, by its content first and its name second; with `category`, only formats of that kind.
 *
 * @throws WbeError UNSUPPORTED when no format of the registry recognises it.
 */
export async function detectFormat(source: Source, category?: Category): Promise<AnyFormat> {
  const head = await source.read(0, Math.min(detectBytes, source.size));
  const candidates: AnyFormat[] = Object.values(formats).filter(
    (f) => category === undefined || f.category === category,
  );
  /** Titles of those that the content begins like. */
  const alike = new Set<string>();
  for (const name of ["", source.name]) {
    for (const candidate of candidates) {
      if (!candidate.detect(head, name)) continue;
      const confirm = "confirm" in candidate ? candidate.confirm : undefined;
      if (!confirm || (await confirm(source))) return candidate;
      alike.add(candidate.title);
    }
  }
  if (alike.size > 0) {
    throw new WbeError("UNSUPPORTED", `the content begins as in ${[...alike].join(" or ")}, but is none of them`, {
      where: source.name,
      remedy: "The file is damaged, cut short, or holds something else in the same container.",
    });
  }
  const known = candidates.map((f) => `${f.title} (.${f.extensions.join(", .")})`).join("; ");
  throw new WbeError("UNSUPPORTED", "the content matches no known format", {
    where: source.name,
    remedy: `Known: ${known || "none of this kind"}.`,
  });
}
