/** Checks of scripts/browser-test.js: figures and reports in a page say and draw what they do in Node. */
import type { SpikeData } from "../../src/core/spikes.js";
import {
  type Figure,
  fiCurve,
  raster,
  renderReport,
  volumeSlices,
  weightHistogram,
} from "../../src/validation/index.js";

const spikes: SpikeData = {
  step: Uint32Array.of(5, 7, 300),
  neuron: Uint32Array.of(0, 1, 1),
  dt: 0.1,
  nNeurons: 2,
  startStep: 0,
  stopStep: 1000,
  populations: [{ name: "cells", start: 0, size: 2 }],
  pulseTimes: [50],
};

async function drawSome(): Promise<Figure[]> {
  const volume = {
    data: Float32Array.from({ length: 64 }, (_, i) => i),
    shape: [4, 4, 4] as [number, number, number],
    voxelSize: [1, 1, 1] as [number, number, number],
    origin: [0, 0, 0] as [number, number, number],
  };
  return [
    await raster(spikes),
    await weightHistogram([1, 2], [2, 3], "nS"),
    await volumeSlices(volume),
    await fiCurve({ current: [0, 5, 10], rate: [0, 0, 68.3], currentUnit: "uA/cm2" }),
  ];
}

/** The page's serializer orders attributes its own way: elements, paths and captions are compared. */
export async function figuresAreDrawnAlike(): Promise<unknown> {
  return (await drawSome()).map(({ id, caption, svg }) => ({
    id,
    caption,
    elements: [...svg.matchAll(/<([a-z]+)/gi)].map((match) => match[1]).join(" "),
    paths: [...svg.matchAll(/ d="([^"]*)"/g)].map((match) => match[1]),
    pictures: [...svg.matchAll(/base64,([^"]*)"/g)].map((match) => match[1]),
  }));
}

/** A report is shown inside the page that made it: no element of it is cut off or moved by the parser. */
export async function reportsParse(): Promise<number> {
  const figures = await drawSome();
  const html = renderReport({
    title: "t",
    summary: "s",
    sections: [{ title: "a", figures }],
    provenance: {},
    warnings: [],
  });
  return (html.match(/<figure /g) ?? []).length;
}
