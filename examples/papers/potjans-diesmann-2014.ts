// Potjans & Diesmann 2014, Cereb Cortex 24:785-806, doi:10.1093/cercor/bhs358: the cortical microcircuit, four layers of two
// populations. scale: 1 for all 77,169 neurons and 0.3 thousand million synapses; below, weights and input are adapted.
// (wbe run examples/papers/potjans-diesmann-2014.ts)
import { SimulationEngine } from "wbe/simulation";
import { potjansDiesmann2014 } from "wbe/validation";

const engine = await SimulationEngine.fromDescription(potjansDiesmann2014({ scale: 0.1, duration: 1000 })); // ms
await engine.run();

export { engine };
