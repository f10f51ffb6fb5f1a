import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  conversionFactor,
  convert,
  describeDimensions,
  isReservedUnitSymbol,
  parseQuantity,
  parseUnit,
  sameDimensions,
} from "../../src/core/units.js";

const failure = (code: string) => expect.objectContaining({ name: "WbeError", code });
const factor = (from: string, to: string) => conversionFactor(parseUnit(from), parseUnit(to));

describe("units", () => {
  it("the consistent sets need no factor: mV·nS = pA, pF·mV/ms = pA, mS/cm2·mV = uA/cm2, uF/cm2·mV/ms = uA/cm2", () => {
    expect(factor("mV*nS", "pA")).toBe(1);
    expect(factor("pF*mV/ms", "pA")).toBe(1);
    expect(factor("mS/cm2*mV", "uA/cm2")).toBe(1);
    expect(factor("uF/cm2*mV/ms", "uA/cm2")).toBe(1);
    expect(factor("pF/nS", "ms")).toBe(1);
  });

  it("prefixes convert exactly", () => {
    const cases: [string, string, number][] = [
      ["s", "ms", 1000],
      ["us", "ms", 0.001],
      ["V", "mV", 1000],
      ["nA", "pA", 1000],
      ["uS", "nS", 1000],
      ["S/cm2", "mS/cm2", 1000],
      ["S/m2", "mS/cm2", 0.1],
      ["F/m2", "uF/cm2", 100],
      ["ohm*m", "ohm*cm", 100],
      ["Hz", "1/ms", 0.001],
      ["M", "mM", 1000],
      ["L", "m3", 0.001],
      ["min", "s", 60],
      ["%", "1", 0.01],
    ];
    for (const [from, to, expected] of cases) expect(factor(from, to), `${from} in ${to}`).toBe(expected);
  });

  it("spellings of one unit are one unit", () => {
    for (const [a, b] of [
      ["µm", "um"],
      ["μm", "um"],
      ["Ω·cm", "ohm*cm"],
      ["mS/cm²", "mS/cm2"],
      ["mS/cm^2", "mS/cm2"],
      ["mS/cm**2", "mS/cm2"],
      ["ms⁻¹", "1/ms"],
      ["°C", "degC"],
      ["pA pF", "pA*pF"],
    ] as const) {
      const [left, right] = [parseUnit(a), parseUnit(b)];
      expect([left.dimensions, left.exponent, left.factor], a).toEqual([
        right.dimensions,
        right.exponent,
        right.factor,
      ]);
    }
  });

  it("a quantity converts there and back for any value", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), (value) => {
        const [from, to] = [parseUnit("S/m2"), parseUnit("mS/cm2")];
        expect(Math.abs(convert(convert(value, from, to), to, from) - value)).toBeLessThanOrEqual(
          Math.abs(value) * 3e-16 + 1e-300, // subnormal results have fewer digits
        );
      }),
    );
  });

  it("text is read in the asked unit; numbers are in it already", () => {
    expect(parseQuantity("10 nS", "nS")).toBe(10);
    expect(parseQuantity("0.01 uS", "nS")).toBe(10);
    expect(parseQuantity("-65mV", "mV")).toBe(-65);
    expect(parseQuantity("2.5e-3 s", "ms")).toBe(2.5);
    expect(parseQuantity(" 1 µA/cm² ", "uA/cm2")).toBe(1);
    expect(parseQuantity(7, "ms")).toBe(7);
    expect(parseQuantity("310.15 K", "degC")).toBeCloseTo(37, 12);
    expect(parseQuantity("3", "1")).toBe(3);
  });

  it("an unknown unit is refused with the symbol and a suggestion", () => {
    expect(() => parseUnit("mv")).toThrow(/unknown unit "mv".*Did you mean "mV"/);
    for (const bad of ["parsec", "mS/", "/ms", "m^", "mdegC", "mm Hg3x!", "1 2", "constructor", "kmin"]) {
      expect(() => parseUnit(bad), bad).toThrow(failure("UNIT_UNKNOWN"));
    }
  });

  it("a wrong dimension is refused and both dimensions are named", () => {
    expect(() => parseQuantity("10 nS", "mV", "AdEx.EL")).toThrow(
      /mV \(voltage\).*"10 nS" \(conductance\).*at AdEx\.EL/,
    );
    expect(() => parseQuantity("5", "mV")).toThrow(failure("DIMENSION"));
    expect(() => parseQuantity("20 degC", "K")).toThrow(failure("DIMENSION"));
  });

  it("what is no finite number is refused", () => {
    for (const bad of ["", "ten mV", "NaN mV", "Infinity mV"]) {
      expect(() => parseQuantity(bad, "mV"), bad).toThrow(failure("ARGUMENT"));
    }
    for (const bad of [Number.NaN, Number.NEGATIVE_INFINITY]) {
      expect(() => parseQuantity(bad, "mV")).toThrow(failure("ARGUMENT"));
    }
  });

  it("dimensions have names where people have one", () => {
    const name = (unit: string) => describeDimensions(parseUnit(unit).dimensions);
    expect(name("mV")).toBe("voltage");
    expect(name("uA/cm2")).toBe("current density");
    expect(name("mV/mV")).toBe("dimensionless");
    expect(name("m/s")).toBe("m·s^-1");
    expect(sameDimensions(parseUnit("Hz").dimensions, parseUnit("1/s").dimensions)).toBe(true);
    expect(sameDimensions(parseUnit("K").dimensions, parseUnit("degC").dimensions)).toBe(false);
  });

  it("only symbols of two characters and more are reserved", () => {
    expect(["mV", "ms", "pA", "Hz"].every(isReservedUnitSymbol)).toBe(true);
    expect(["V", "m", "s", "gL", "tau", "x"].some(isReservedUnitSymbol)).toBe(false);
  });
});
