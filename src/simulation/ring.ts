/**
 * The ring buffer of arrivals of a population: where an element for a step, port and neuron lies, counted in f32 from
 * its start. Slots first for populations that are run whole: a step's arrivals are one stream. Neurons first, vector by
 * vector, where neurons at rest are left out: what the few others need lies together.
 *
 * @module
 */
import type { Joined } from "./joined.js";
import { joinedPart, type StatePart } from "./state-part.js";

/** Element: slot·slotStride + port·portStride + (neuron >> vectorShift)·vectorStride + (neuron & laneMask). */
export interface RingGeometry {
  readonly slots: number;
  readonly ports: number;
  readonly padded: number;
  readonly slotStride: number;
  readonly portStride: number;
  readonly vectorShift: number;
  readonly vectorStride: number;
  readonly laneMask: number;
}

export function slotMajorRing(slots: number, ports: number, padded: number): RingGeometry {
  const strides = { slotStride: ports * padded, portStride: padded, vectorShift: 0, vectorStride: 1, laneMask: 0 };
  return { slots, ports, padded, ...strides };
}

/** @param lanes neurons per vector: 1, 2 or 4. */
export function vectorMajorRing(slots: number, ports: number, padded: number, lanes: number): RingGeometry {
  return {
    slots,
    ports,
    padded,
    slotStride: ports * lanes,
    portStride: lanes,
    vectorShift: Math.log2(lanes),
    vectorStride: slots * ports * lanes,
    laneMask: lanes - 1,
  };
}

export function ringElement(ring: RingGeometry, slot: number, port: number, neuron: number): number {
  const vector = (neuron >> ring.vectorShift) * ring.vectorStride + (neuron & ring.laneMask);
  return slot * ring.slotStride + port * ring.portStride + vector;
}

/** The geometry and the rows of a ring that is dealt to several shares, of one layout each. */
export function joinRings(shares: readonly RingGeometry[]): { ring: RingGeometry; rows: number } {
  const { slots, ports, laneMask, vectorStride } = shares[0]!;
  const padded = shares.reduce((sum, share) => sum + share.padded, 0);
  if (vectorStride === 1) return { ring: slotMajorRing(slots, ports, padded), rows: slots * ports };
  return { ring: vectorMajorRing(slots, ports, padded, laneMask + 1), rows: 1 };
}

/** Arrivals under way as a piece of a checkpoint: slots first, whatever the layout in memory. */
export function arrivalsPart(name: string, ring: RingGeometry, live: Joined<Float32Array>): StatePart {
  if (ring.vectorStride === 1) return joinedPart(name, live);
  const reorder = (from: Float32Array, to: Float32Array, isRead: boolean): void => {
    let flat = 0;
    for (let slot = 0; slot < ring.slots; slot++) {
      for (let port = 0; port < ring.ports; port++) {
        for (let neuron = 0; neuron < ring.padded; neuron++, flat++) {
          const element = ringElement(ring, slot, port, neuron);
          if (isRead) to[flat] = from[element]!;
          else to[element] = from[flat]!;
        }
      }
    }
  };
  return {
    ...joinedPart(name, live),
    read: () => {
      const copy = new Float32Array(live.length);
      reorder(live.read(), copy, true);
      return copy;
    },
    write: (values) => {
      const whole = new Float32Array(live.length);
      reorder(values as Float32Array, whole, false);
      live.write(whole);
    },
  };
}
