/** Consciousness metrics: LZ76 word counts and normalisation, exact Φ, integration, dip. @module */
import {
  decomposeInformation,
  dipStatistic,
  fromGates,
  fromLogisticUnits,
  type Gate,
  integratedInformation3,
  integratedInformation4,
  lempelZivComplexity,
  normaliseBySourceEntropy,
  normalisedLempelZiv,
} from "../../consciousness/index.js";
import { equal, type FigureCheck, type VerifyArea, within } from "./verify.js";

const source = "Lempel & Ziv 1976, IEEE Trans Inf Theory 22:75; counting of Kaspar & Schuster 1987, Phys Rev A 36:842";

const words: FigureCheck[] = (
  [
    ["1001111011000010", 6],
    ["0000000000000000", 2],
    ["0101010101010101", 3],
    ["0", 1],
    ["01", 2],
  ] as const
).map(([text, expected]) => ({
  id: `lz76-${text}`,
  what: `words of the exhaustive history of ${text}${expected === 6 ? " (LZ78 would give 8)" : ""}`,
  source,
  check: async () => equal(lempelZivComplexity(text), expected),
}));

const iit3 = "Oizumi, Albantakis & Tononi 2014, PLoS Comput Biol 10:e1003588";
const iit4 = "Albantakis et al. 2023, PLoS Comput Biol 19:e1011465";
const or: Gate = { gate: "OR", inputs: [1, 2] };
const xor: Gate = { gate: "XOR", inputs: [0, 1] };
const oizumi = fromGates([or, { gate: "AND", inputs: [0, 2] }, xor]);
const basic = fromGates([or, { gate: "COPY", inputs: [2] }, xor]);
const figure1 = fromLogisticUnits(
  [
    [-0.2, 0.7, 0.2],
    [0.7, -0.2, 0],
    [0, -0.8, 0.2],
  ],
  4,
);
const copyRing = fromLogisticUnits(
  Array.from({ length: 6 }, (_, i) => Array.from({ length: 6 }, (_, j) => (j === (i + 1) % 6 ? 1 : 0))),
  4,
);

const phi: FigureCheck[] = [
  {
    id: "iit3-or-and-xor",
    what: "Φ (IIT 3.0) of the gates OR, AND, XOR in state 100",
    source: `${iit3}, Fig 12 (1.92; 23/12 by PyPhi)`,
    check: async () => within((await integratedInformation3(oizumi, [1, 0, 0])).value, 23 / 12, 1e-6),
  },
  {
    id: "iit3-or-copy-xor",
    what: "Φ (IIT 3.0) of the gates OR, COPY, XOR in state 100",
    source: "PyPhi's documentation (Mayner et al. 2018, PLoS Comput Biol 14:e1006343): 2.3125",
    check: async () => within((await integratedInformation3(basic, [1, 0, 0])).value, 2.3125, 1e-6),
  },
  {
    id: "iit3-feed-forward",
    what: "Φ (IIT 3.0) of a chain of copies",
    source: `${iit3}: feed-forward systems have none`,
    check: async () => {
      const chain = fromGates([0, 0, 1, 2].map((input) => ({ gate: "COPY" as const, inputs: [input] })));
      return equal((await integratedInformation3(chain, [1, 1, 1, 1])).value, 0);
    },
  },
  ...(
    [
      ["A", [0], 0.04],
      ["AB", [0, 1], 0.17],
      ["ABC", [0, 1, 2], 0.13],
    ] as const
  ).map(
    ([name, nodes, printed]): FigureCheck => ({
      id: `iit4-figure1-${name}`,
      what: `φ_s (IIT 4.0) of ${name} in Figure 1`,
      source: `${iit4}, Fig 1, printed to two decimals`,
      check: async () =>
        within((await integratedInformation4(figure1, [0, 1, 1], { nodes, structure: false })).value, printed, 0.005),
    }),
  ),
  {
    id: "iit4-copy-ring",
    what: "Φ of the structure of six copies in a ring",
    source: `${iit4}, Fig 6C: 7.65`,
    check: async () => within((await integratedInformation4(copyRing, [1, 0, 0, 0, 0, 0])).structure!.phi, 7.65, 0.005),
  },
  {
    id: "phiid-sum",
    what: "ΦID: the sixteen atoms of a node that takes the XOR of two sum to the information of the whole (bits)",
    source: "Mediano et al. 2021, arXiv 2109.13186",
    check: async () => {
      const y = Array.from({ length: 4001 }, (_, k) => [0, 0, 1, 1, 0, 1, 1, 0, 1, 0, 0, 1, 1, 1, 0, 0][k % 16]!);
      const x = [0];
      for (let k = 1; k < y.length; k++) x.push(x[k - 1]! ^ y[k - 1]!);
      const { atoms, information } = decomposeInformation([x, y], [0, 1], { estimator: "discrete" });
      const sum = Object.values(atoms).reduce((total, atom) => total + atom, 0);
      return within(sum, information, 1e-12);
    },
  },
  {
    id: "dip-two-points",
    what: "dip of two pairs of equal samples",
    source: "Hartigan & Hartigan 1985, Ann Stat 13:70: the largest there is, 1/4",
    check: async () => within(dipStatistic([1, 1, 2, 2]), 0.25, 1e-12),
  },
];

export const consciousnessArea: VerifyArea = {
  area: "consciousness",
  figures: [
    ...words,
    ...phi,
    {
      id: "lz76-normalised",
      what: "c·log2(n)/n of 1001111011000010",
      source: `${source}: 6 · 4 / 16`,
      check: async () => within(normalisedLempelZiv("1001111011000010").value, 1.5, 1e-12),
    },
    {
      id: "silent-response",
      what: "entropy-normalised complexity of a constant response (0/0 is taken as 0, with a flag)",
      source: "Casali et al. 2013, Sci Transl Med 5:198ra105: no response has no complexity",
      check: async () => {
        const { value, noResponse } = normaliseBySourceEntropy(lempelZivComplexity("0000000000000000"), 0, 16);
        return equal(`${value}, ${noResponse ? "no response" : "a response"}`, "0, no response");
      },
    },
  ],
};
