import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  avogadroConstant,
  boltzmannConstant,
  elementaryCharge,
  faradayConstant,
  gasConstant,
  vacuumPermeability,
  vacuumPermittivity,
} from "../../src/core/constants.js";
import {
  chordReversal,
  equilibriumRatio,
  goldmanCurrentDensity,
  goldmanVoltage,
  nernst,
  q10Factor,
  thermalVoltage,
} from "../../src/core/electrochemistry.js";
import { parseUnit } from "../../src/core/units.js";

const close = (got: number, expected: number, relative: number) =>
  expect(Math.abs(got - expected), `${got} against ${expected}`).toBeLessThanOrEqual(relative * Math.abs(expected));

describe("constants", () => {
  it("F = N_A e, R = N_A k and mu0 eps0 c^2 = 1 hold among them", () => {
    close(faradayConstant.value, avogadroConstant.value * elementaryCharge.value, 4e-16);
    close(gasConstant.value, avogadroConstant.value * boltzmannConstant.value, 4e-16);
    // The two vacuum constants are measured: relative uncertainty 1.6e-10 each.
    close(vacuumPermittivity.value * vacuumPermeability.value * 299792458 ** 2, 1, 2e-10);
  });

  it("carry units that the unit table reads", () => {
    for (const c of [gasConstant, faradayConstant, vacuumPermeability, vacuumPermittivity, avogadroConstant]) {
      expect(() => parseUnit(c.unit)).not.toThrow();
    }
  });
});

describe("Nernst potential", () => {
  it("RT/F is 25.693 mV at 25 degC and a tenfold K+ ratio 58.17 mV at 20 degC", () => {
    expect(thermalVoltage(25)).toBeCloseTo(25.693, 3);
    expect(nernst({ valence: 1, inside: 1, outside: 10 }, 20)).toBeCloseTo(58.17, 2);
  });

  // Kandel, Schwartz & Jessell, Principles of Neural Science, table of the squid giant axon (20 degC), to the mV.
  const squid: [string, number, number, number, number][] = [
    ["K+", 1, 400, 20, -75],
    ["Na+", 1, 50, 440, 55],
    ["Cl-", -1, 52, 560, -60],
  ];
  for (const [name, valence, inside, outside, expected] of squid) {
    it(`of ${name} in the squid giant axon is ${expected} mV`, () => {
      expect(Math.abs(nernst({ valence, inside, outside }, 20) - expected)).toBeLessThan(1);
    });
  }

  // Hille 2001, table 1.3, mammalian skeletal muscle at 37 degC, to the mV.
  const muscle: [string, number, number, number, number][] = [
    ["Na+", 1, 12, 145, 67],
    ["K+", 1, 155, 4, -98],
    ["Ca2+", 2, 1e-4, 1.5, 129],
    ["Cl-", -1, 4.2, 123, -90],
  ];
  for (const [name, valence, inside, outside, expected] of muscle) {
    it(`of ${name} in mammalian skeletal muscle is ${expected} mV`, () => {
      expect(Math.abs(nernst({ valence, inside, outside }, 37) - expected)).toBeLessThan(0.6);
    });
  }

  it("is undone by the equilibrium ratio", () => {
    const ion = { valence: 2, inside: 1e-4, outside: 2 };
    close(equilibriumRatio(2, nernst(ion, 34), 34), 5e-5, 1e-14);
  });
});

describe("Goldman–Hodgkin–Katz voltage", () => {
  const squidIons = [
    { valence: 1, permeability: 1, inside: 400, outside: 20 },
    { valence: 1, permeability: 0.04, inside: 50, outside: 440 },
    { valence: -1, permeability: 0.45, inside: 52, outside: 560 },
  ];

  it("of the resting squid axon (P_K : P_Na : P_Cl = 1 : 0.04 : 0.45, Hodgkin & Katz 1949) is −60 mV", () => {
    expect(Math.abs(goldmanVoltage(squidIons, 20) + 60)).toBeLessThan(0.5);
  });

  it("is the Nernst potential when one ion is permeant, whatever its valence", () => {
    for (const valence of [1, -1, 2, -2, 3]) {
      const ion = { valence, permeability: 0.7, inside: 12, outside: 145 };
      close(goldmanVoltage([ion], 37), nernst(ion, 37), 1e-13);
    }
  });

  it("with Ca2+ present equals the root of the quadratic (Lewis 1979, J Physiol 286:417)", () => {
    // With X = e^(V F/RT) the balance is quadratic: (a + P) X² + (a − b) X − (b + P') = 0 in the terms below.
    const k = { valence: 1, permeability: 1, inside: 140, outside: 5 };
    const ca = { valence: 2, permeability: 3, inside: 1e-4, outside: 2 };
    const a = k.permeability * k.inside;
    const b = k.permeability * k.outside;
    const p = 4 * ca.permeability;
    const qa = a + p * ca.inside;
    const qb = a - b;
    const qc = -(b + p * ca.outside);
    const x = (-qb + Math.sqrt(qb * qb - 4 * qa * qc)) / (2 * qa);
    close(goldmanVoltage([k, ca], 24), thermalVoltage(24) * Math.log(x), 1e-12);
  });

  it("is where the total constant-field current is zero", () => {
    const v = goldmanVoltage(squidIons, 20);
    const currents = squidIons.map((ion) =>
      goldmanCurrentDensity({ ...ion, permeability: ion.permeability * 1e-6 }, v, 20),
    );
    const total = currents.reduce((a, b) => a + b);
    expect(Math.abs(total)).toBeLessThan(1e-13 * Math.max(...currents.map(Math.abs)));
  });
});

describe("constant-field current density", () => {
  const ca = { valence: 2, permeability: 1e-4, inside: 1e-4, outside: 2 };

  it("at 0 mV is P z F (inside − outside), 1e-4 cm/s · 2 · F · −2 mM = −38.59 uA/cm2", () => {
    close(goldmanCurrentDensity(ca, 0, 34), -1e-4 * 2 * 96485.33212331001 * (2 - 1e-4), 1e-14);
  });

  it("is smooth through 0 mV: 1e-9 mV beside it differs by less than 1e-9 of the value", () => {
    const at = goldmanCurrentDensity(ca, 0, 34);
    for (const v of [1e-300, 1e-12, -1e-12, 1e-9, -1e-9]) close(goldmanCurrentDensity(ca, v, 34), at, 1e-9);
  });

  it("is zero at the Nernst potential and changes its sign there", () => {
    const e = nernst(ca, 34);
    const scale = Math.abs(goldmanCurrentDensity(ca, 0, 34));
    expect(Math.abs(goldmanCurrentDensity(ca, e, 34))).toBeLessThan(1e-12 * scale);
    expect(goldmanCurrentDensity(ca, e - 1, 34)).toBeLessThan(0);
    expect(goldmanCurrentDensity(ca, e + 1, 34)).toBeGreaterThan(0);
  });

  it("far away is ohmic, P z² F c V/(RT/F) with c of the side the ions come from", () => {
    const slope = (1e-4 * 4 * 96485.33212331001) / thermalVoltage(34);
    close(goldmanCurrentDensity(ca, -2000, 34), -slope * 2 * 2000, 1e-12);
    close(goldmanCurrentDensity(ca, 2000, 34), slope * 1e-4 * 2000, 1e-12);
  });

  it("is finite for any finite voltage", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (v) =>
        Number.isFinite(goldmanCurrentDensity(ca, v, 34)),
      ),
    );
  });
});

describe("chord reversal", () => {
  it("weights by conductance: an AMPA-like channel of equal Na+ and K+ conductance reverses midway", () => {
    const branches = [
      { conductance: 0.5, reversal: 55 },
      { conductance: 0.5, reversal: -75 },
    ];
    expect(chordReversal(branches)).toBe(-10);
    expect(chordReversal([{ conductance: 0.3, reversal: -54.4 }])).toBeCloseTo(-54.4, 12);
    expect(
      chordReversal([
        { conductance: 36, reversal: -77 },
        { conductance: 0, reversal: 50 },
      ]),
    ).toBe(-77);
  });
});

describe("Q10 factor", () => {
  it("is Q10 for ten degrees, its square for twenty, 1 at the reference, and inverse downwards", () => {
    close(q10Factor(3, 16.3, 6.3), 3, 1e-14);
    close(q10Factor(3, 26.3, 6.3), 9, 1e-14);
    close(q10Factor(3, -3.7, 6.3), 1 / 3, 1e-14);
    expect(q10Factor(2.3, 21, 21)).toBe(1);
  });
});

describe("bad arguments are refused", () => {
  const ion = { valence: 1, inside: 1, outside: 10 };
  const cases: [string, () => unknown][] = [
    ["a concentration of 0", () => nernst({ ...ion, inside: 0 }, 20)],
    ["a negative concentration", () => nernst({ ...ion, outside: -1 }, 20)],
    ["a valence of 0", () => nernst({ ...ion, valence: 0 }, 20)],
    ["a broken valence", () => nernst({ ...ion, valence: 1.5 }, 20)],
    ["a temperature below absolute zero", () => nernst(ion, -274)],
    ["a NaN temperature", () => thermalVoltage(Number.NaN)],
    ["a NaN voltage", () => goldmanCurrentDensity({ ...ion, permeability: 1 }, Number.NaN, 20)],
    ["a negative permeability", () => goldmanCurrentDensity({ ...ion, permeability: -1 }, 0, 20)],
    ["permeant ions on one side only", () => goldmanVoltage([{ ...ion, permeability: 1, inside: 0 }], 20)],
    ["no permeability at all", () => goldmanVoltage([{ ...ion, permeability: 0 }], 20)],
    ["conductances that are all 0", () => chordReversal([{ conductance: 0, reversal: -70 }])],
    ["a negative conductance", () => chordReversal([{ conductance: -1, reversal: -70 }])],
    ["a Q10 of 0", () => q10Factor(0, 20, 10)],
  ];
  for (const [name, call] of cases) {
    it(name, () => expect(call).toThrow(expect.objectContaining({ code: "ARGUMENT" })));
  }
  it("no ions, no conductances", () => {
    expect(() => goldmanVoltage([], 20)).toThrow(expect.objectContaining({ code: "EMPTY_INPUT" }));
    expect(() => chordReversal([])).toThrow(expect.objectContaining({ code: "EMPTY_INPUT" }));
  });
});
