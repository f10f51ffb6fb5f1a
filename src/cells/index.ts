/**
 * `wbe/cells`: detailed cells, between morphology and simulation: sections, compartments, regions, and the cable equation.
 *
 * @module
 */
export { type AllenCell, type AllenCellSource, buildAllenCell } from "./allen-cell.js";
export { type AllenCellOptions, type AllenModel, allenCellFromFiles, type NamedText } from "./allen-files.js";
export { type AllenGlif, type GlifLevel, readGlifConfig } from "./allen-glif.js";
export { type CableMethod, type CableOptions, CableSimulation, type CableTraces } from "./cable-simulation.js";
export { buildCell, type Cell } from "./cell.js";
export type { CellChannels } from "./cell-channels.js";
export type { CellDeclaration, CellValue, RegionParameters } from "./cell-declaration.js";
export {
  buildModelCell,
  type CellModel,
  isCellModel,
  type SectionSpec,
} from "./cell-model.js";
export { cellBytes } from "./cell-population.js";
export { channelMembrane } from "./channel-membrane.js";
export type { Clamp, CurrentClamp, VoltageClamp } from "./clamps.js";
export { type CompartmentRule, countCompartments, lengthConstant } from "./compartment-count.js";
export {
  type Electrodes,
  type ExtracellularRecord,
  extracellularWeights,
  membraneCurrents,
  recordExtracellular,
} from "./extracellular.js";
export { type CompartmentGeometry, measureCompartments } from "./frusta.js";
export { hinesStep, type MembraneDensity, type PointInput } from "./hines-reference.js";
export {
  type Membrane,
  type MembraneColumns,
  type MembraneGroup,
  membraneFunction,
  type PlacedMembrane,
  type StatePlaces,
} from "./membrane.js";
export { type NamedRegions, RegionReader } from "./regions.js";
export { findSections, type Section, sectionTypeName } from "./sections.js";
export { drawSites, findSite, parseSite, type Site, siteAt, spaceSites } from "./sites.js";
export { buildTree, type CompartmentTree } from "./tree.js";
