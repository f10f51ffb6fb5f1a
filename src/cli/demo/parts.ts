/** The parts of the demo in the order of the report. @module */

import { celegansPart } from "./celegans.js";
import { helloBrainPart } from "./hello-brain.js";
import type { DemoPart } from "./part.js";
import { swcPart } from "./swc.js";

export const demoParts: readonly DemoPart[] = [helloBrainPart, celegansPart, swcPart];
