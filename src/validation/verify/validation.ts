/** Validation: F–I curves of the catalogue's models against their benchmarks. @module */
import { adEx, hodgkinHuxley, izhikevich, leakyIntegrateAndFire } from "../../neuron-models/index.js";
import { simulateDescription } from "../engine-subject.js";
import { ValidationSuite } from "../validation-suite.js";
import { FICurveValidator } from "../validators/fi-curve-validator.js";
import { equal, type FigureCheck, type VerifyArea } from "./verify.js";

/** Model and step (ms) at which its benchmark must pass. */
const cases = [
  [hodgkinHuxley, 0.01],
  [leakyIntegrateAndFire, 0.1],
  [adEx, 0.05],
  [izhikevich, 0.1],
] as const;

const figures: FigureCheck[] = cases.map(([model, dt]) => ({
  id: `fi-${model.id}`,
  what: `F–I curve of ${model.id} within its benchmark's band (dt ${dt} ms)`,
  source: model.source,
  isSlow: model === hodgkinHuxley,
  check: async ({ signal }) => {
    const report = await new ValidationSuite([new FICurveValidator()]).run(
      {
        name: model.id,
        description: {
          version: 1,
          seed: 1,
          dt,
          duration: 0,
          populations: [{ name: "cell", model: model.id, size: 1 }],
          projections: [],
          stimuli: [],
          recorders: [],
        },
        simulate: simulateDescription,
      },
      { signal },
    );
    return equal(report.verdicts.map((verdict) => verdict.outcome).join(" "), "pass");
  },
}));

export const validationArea: VerifyArea = { area: "validation", figures };
