/**
 * wbe/io: file formats, each a reader and writer over range-readable bytes.
 *
 * @module
 */
export { adjacencyFormat } from "./adjacency.js";
export { type ArrayFile, decodeArrayFile, encodeArrayFile } from "./array-file.js";
export { arrowFormat } from "./arrow.js";
export { type CsvReader, type CsvRow, readCsv } from "./csv.js";
export { edgeListFormat } from "./edge-list.js";
export { confinePath, type Folder, memoryFolder } from "./folder.js";
export {
  baseName,
  blobSource,
  bytesSource,
  type Category,
  type Format,
  memorySink,
  type ReadOptions,
  readText,
  type Sink,
  type Source,
  type WriteOptions,
  writeText,
} from "./format.js";
export { detectFormat, formats } from "./formats.js";
export { gexfFormat } from "./gexf.js";
export { giftiFormat } from "./gifti.js";
export { edgeWeights, type GraphColumn, type GraphData, type GraphValueType } from "./graph-data.js";
export { graphmlFormat } from "./graphml.js";
export { Hdf5Dataset, Hdf5File, Hdf5Group, type Hdf5Value, openHdf5 } from "./hdf5.js";
export { createHdf5, type Hdf5DatasetOptions, Hdf5Writer } from "./hdf5-write.js";
export { type ImageVolume, imageOf, makeImage } from "./image-volume.js";
export { matrixMarketFormat } from "./matrix-market.js";
export { neurolucidaFormat, readNeurolucida } from "./neurolucida.js";
export { neuromlFormat } from "./neuroml.js";
export {
  biophysicsOf,
  type NeuroMlBiophysics,
  type NeuroMlCell,
  type NeuroMlChannel,
  type NeuroMlComponent,
  type NeuroMlDocument,
  type NeuroMlGroup,
  type NeuroMlInputs,
  type NeuroMlNetwork,
  type NeuroMlPopulation,
  type NeuroMlProjection,
  type NeuroMlSegments,
  type ProjectionKind,
  quantityOf,
} from "./neuroml-data.js";
export { morphologyOf } from "./neuroml-morphology.js";
export { niftiFormat } from "./nifti.js";
export { encodeNpy, type NpyArray, npyFormat, readNpy } from "./npy.js";
export { encodeNpz, npzFormat, readNpz } from "./npz.js";
export { nrrdFormat } from "./nrrd.js";
export { nwbFormat } from "./nwb.js";
export { type RunRecordingOptions, recordingOfRun } from "./nwb-run.js";
export { type OmeZarrOptions, type OmeZarrWriteOptions, readOmeZarr, writeOmeZarr } from "./ome-zarr.js";
export { opfsStore } from "./opfs-store.js";
export { parquetFormat } from "./parquet.js";
export { type PrecomputedOptions, type PrecomputedVolume, readPrecomputed } from "./precomputed.js";
export { readPrecomputedSkeleton, writePrecomputedSkeletons } from "./precomputed-skeletons.js";
export { readRegionTree } from "./region-tree.js";
export { layOutResults, seriesOf, spikesOf, statesOf } from "./run-arrays.js";
export { sonataFormat } from "./sonata.js";
export {
  readSonataCircuit,
  readSonataConfig,
  type SonataCircuit,
  type SonataConfig,
  selectNodes,
} from "./sonata-config.js";
export {
  needNumbers,
  resolveAttribute,
  type SonataAttribute,
  type SonataEdges,
  type SonataFile,
  type SonataNodes,
  type SonataReport,
  type SonataRows,
  type SonataSpikes,
} from "./sonata-data.js";
export { sonataOfRun } from "./sonata-run.js";
export { formatTypeTable, parseTypeTable, type TypeTable } from "./sonata-types.js";
export { readSpikeTimes, type SpikeTable, spikeTimesFormat } from "./spike-times.js";
export { readSwc, swcFormat, writeSwc } from "./swc.js";
export { readTable } from "./table.js";
export { tiffFormat } from "./tiff.js";
export { tvbFormat } from "./tvb.js";
export { memoryStore, readZarr, type StoredColumn, writeZarr, type ZarrContents, type ZarrStore } from "./zarr.js";
export { readZip, type ZipEntry } from "./zip.js";
