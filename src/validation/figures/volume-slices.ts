/**
 * Sections through a volume, with the labels of a segmentation drawn over them.
 *
 * @module
 */
import { WbeError } from "../../core/errors.js";
import type { Volume } from "../../core/volume.js";
import { type Drawing, loadDrawing } from "./drawing.js";
import type { Figure } from "./figure.js";
import { categorical, figureWidth, softInk } from "./style.js";
import { composeFigure, px, scaleBar, textAt } from "./svg.js";

export type Plane = "xy" | "xz" | "yz";

export interface VolumeSlicesOptions {
  id?: string;
  title?: string;
  /** Same shape as the volume; 0 is background. */
  labels?: Volume;
  /** Which sections; `index` counts voxels along the axis across the plane and defaults to the middle. */
  slices?: readonly { plane: Plane; index?: number }[];
  /** Name and unit of the intensity, for the caption. */
  intensity?: string;
}

/** Axis numbers: along the picture's width, along its height, across. */
const planes: Record<Plane, [number, number, number]> = { xy: [0, 1, 2], xz: [0, 2, 1], yz: [1, 2, 0] };
const axisNames = ["x", "y", "z"] as const;
const labelColors = categorical.map((color) => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)));
/** Wider pictures than this are sampled: a screen shows no more. */
const maxPixels = 1024;

/**
 * Draws sections of a volume (true proportions, one scale) and, under each, the same with its labels filled and outlined.
 *
 * @throws WbeError EMPTY_INPUT for a volume without voxels, ARGUMENT for a slice outside it or labels of another shape.
 */
export async function volumeSlices(volume: Volume, options: VolumeSlicesOptions = {}): Promise<Figure> {
  const {
    labels,
    id = "volume-slices",
    title = "Sections through the volume",
    intensity = "intensity (a.u.)",
  } = options;
  const { shape, voxelSize, origin } = volume;
  if (shape.some((n) => !(n > 0))) {
    throw new WbeError("EMPTY_INPUT", `expected a volume with voxels to draw, found shape ${shape.join(" × ")}`);
  }
  if (labels?.shape.some((n, i) => n !== shape[i])) {
    throw new WbeError("ARGUMENT", `expected labels of shape ${shape.join(" × ")}, found ${labels.shape.join(" × ")}`);
  }
  const slices = (options.slices ?? [{ plane: "xy" }, { plane: "xz" }, { plane: "yz" }]).map(({ plane, index }) => {
    const [across, down, through] = planes[plane];
    const at = index ?? Math.floor(shape[through]! / 2);
    if (!Number.isInteger(at) || at < 0 || at >= shape[through]!) {
      throw new WbeError("ARGUMENT", `expected a slice index from 0 to ${shape[through]! - 1}, found ${at}`, {
        where: `plane ${plane}`,
      });
    }
    return { plane, across, down, through, at };
  });

  const drawing = await loadDrawing();
  const range = robustRange(volume);
  const gap = 34;
  const left = 26;
  const top = 26;
  const widthUm = slices.reduce((sum, s) => sum + shape[s.across]! * voxelSize[s.across]!, 0);
  const heightUm = Math.max(...slices.map((s) => shape[s.down]! * voxelSize[s.down]!));
  const pixelsPerUm = Math.min((figureWidth - left - 8 - gap * (slices.length - 1)) / widthUm, 420 / heightUm);
  const rowHeight = heightUm * pixelsPerUm + 30;
  const rows = labels ? [undefined, labels] : [undefined];

  const parts: string[] = [];
  let sampled = 1;
  rows.forEach((overlay, row) => {
    let x = left;
    const y = top + row * rowHeight;
    for (const slice of slices) {
      const w = shape[slice.across]! * voxelSize[slice.across]! * pixelsPerUm;
      const h = shape[slice.down]! * voxelSize[slice.down]! * pixelsPerUm;
      const picture = paintSlice(drawing, volume, overlay, slice, range);
      sampled = Math.max(sampled, picture.step);
      parts.push(
        `<image x="${px(x)}" y="${px(y)}" width="${px(w)}" height="${px(h)}" preserveAspectRatio="none" style="image-rendering:pixelated" href="${picture.uri}"/>`,
        `<rect x="${px(x)}" y="${px(y)}" width="${px(w)}" height="${px(h)}" fill="none" stroke="${softInk}"/>`,
        textAt(x + w / 2, y + h + 14, axisNames[slice.across]!, { anchor: "middle", color: softInk }),
        textAt(x - 8, y + h / 2 + 4, axisNames[slice.down]!, { anchor: "end", color: softInk }),
      );
      if (row === 0) {
        const position = origin[slice.through]! + slice.at * voxelSize[slice.through]!;
        const name = `${slice.plane} at ${axisNames[slice.through]} = ${Number(position.toFixed(2))} µm`;
        parts.push(textAt(x, y - 9, name, { bold: true }));
      }
      parts.push(scaleBar(x + 10, y + h - 10, w, pixelsPerUm, "#ffffff"));
      x += w + gap;
    }
  });

  const caption = [
    `Sections of a ${shape.join(" × ")} voxel volume (${voxelSize.map((v) => Number(v.toPrecision(4))).join(" × ")} µm each), ${intensity}, black to white from ${format(range[0])} to ${format(range[1])} (0.5th to 99.5th percentile).`,
    labels
      ? "Below: the same sections with each label filled and outlined; colours repeat, so touching labels may share one. Expected: every bright body carries one label, the background none."
      : "",
    sampled > 1 ? `One voxel in ${sampled} along each axis is drawn.` : "",
  ];
  return composeFigure(
    { id, title, caption: caption.filter(Boolean).join(" ") },
    figureWidth,
    top + rows.length * rowHeight - 6,
    parts,
  );
}

const format = (value: number): string => String(Number(value.toPrecision(4)));

/** 0.5th and 99.5th percentile of up to some 100,000 evenly spaced voxels; never an empty range. */
function robustRange({ data }: Volume): [number, number] {
  const step = Math.max(1, Math.floor(data.length / 100_000));
  const sample: number[] = [];
  for (let i = 0; i < data.length; i += step) if (Number.isFinite(data[i]!)) sample.push(data[i]!);
  sample.sort((a, b) => a - b);
  const low = sample[Math.floor(0.005 * (sample.length - 1))] ?? 0;
  const high = sample[Math.ceil(0.995 * (sample.length - 1))] ?? 1;
  return high > low ? [low, high] : [low, low + 1];
}

function paintSlice(
  drawing: Drawing,
  volume: Volume,
  labels: Volume | undefined,
  slice: { across: number; down: number; through: number; at: number },
  [low, high]: [number, number],
): { uri: string; step: number } {
  const { shape, data } = volume;
  const stride = [1, shape[0], shape[0] * shape[1]];
  const step = Math.max(1, Math.ceil(Math.max(shape[slice.across]!, shape[slice.down]!) / maxPixels));
  const width = Math.ceil(shape[slice.across]! / step);
  const height = Math.ceil(shape[slice.down]! / step);
  const base = slice.at * stride[slice.through]!;
  const index = (u: number, v: number) => base + u * step * stride[slice.across]! + v * step * stride[slice.down]!;
  const labelAt = (u: number, v: number) =>
    labels && u >= 0 && v >= 0 && u < width && v < height ? labels.data[index(u, v)]! : 0;
  const rgba = new Uint8Array(4 * width * height);
  for (let v = 0; v < height; v++) {
    for (let u = 0; u < width; u++) {
      const gray = 255 * Math.min(1, Math.max(0, (data[index(u, v)]! - low) / (high - low)));
      const label = labelAt(u, v);
      const isEdge =
        label !== 0 &&
        (labelAt(u - 1, v) !== label ||
          labelAt(u + 1, v) !== label ||
          labelAt(u, v - 1) !== label ||
          labelAt(u, v + 1) !== label);
      const share = label === 0 ? 0 : isEdge ? 0.95 : 0.4;
      const color = labelColors[label % labelColors.length]!;
      const at = 4 * (v * width + u);
      for (let c = 0; c < 3; c++) rgba[at + c] = Math.round(gray * (1 - share) + color[c]! * share);
      rgba[at + 3] = 255;
    }
  }
  return { uri: drawing.png(width, height, rgba), step };
}
