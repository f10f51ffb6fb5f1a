// Shiu et al. 2024, Nature 634:210-219, doi:10.1038/s41586-024-07763-9: the brain of a fruit fly, 138,639 neurons and 15.1
// million connections (1.5 GB while it is built), of which 21 neurons are driven. The wiring is random, with the published
// statistics; readFlyWire of wbe/connectome reads a table of FlyWire, to be given as { wiring, driven }.
// (wbe run examples/papers/shiu-2024.ts)
import { SimulationEngine } from "wbe/simulation";
import { shiu2024 } from "wbe/validation";

const engine = await SimulationEngine.fromDescription(shiu2024({ rate: 100, duration: 500 })); // Hz, ms
await engine.run();

export { engine };
