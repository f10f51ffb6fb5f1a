/**
 * GLIF configurations of the Allen Cell Types Database (Teeter et al. 2018, Nat Commun 9:709) → populations of GLIF1 to GLIF5.
 *
 * @module
 */
import { JsonPlace } from "./json-place.js";

export type GlifLevel = 1 | 2 | 3 | 4 | 5;

/** Ready for a population: `{ name: "cell", size: 1, model, params, init }`. */
export interface AllenGlif {
  readonly kind: "glif";
  readonly level: GlifLevel;
  /** "GLIF1" to "GLIF5" of the catalogue. */
  readonly model: string;
  /** In the units of the model: pF, nS, mV, ms, pA. */
  readonly params: Readonly<Record<string, number>>;
  readonly init: Readonly<Record<string, number>>;
  /** Time step that the model was fitted with, ms. */
  readonly dt: number;
  readonly name: string;
}

/** Rules of each level: threshold dynamics, reset of V, afterspike currents. */
const levels: Readonly<Record<string, GlifLevel>> = {
  "inf, zero, none": 1,
  "spike_component, v_before, none": 2,
  "inf, zero, exp": 3,
  "spike_component, v_before, exp": 4,
  "three_components_exact, v_before, exp": 5,
};

/**
 * Reads a `neuron_config.json`: one configuration, or the only one of a table by model number. The file is in SI units, with
 * potentials above El_reference; fitted values are multiplied by their `coeffs`, as the Allen Institute's simulator does.
 *
 * @throws WbeError PARAMETER_MISSING and FORMAT with file and key; UNSUPPORTED for rules that no level has.
 */
export function readGlifConfig(json: unknown, file: string): AllenGlif {
  const root = new JsonPlace(json, "", file);
  const keys = typeof json === "object" && json !== null ? Object.keys(json) : [];
  const only = keys.length === 1 && !root.has("C") ? keys[0] : undefined;
  const config = only === undefined ? root : root.at(only);
  const rule = (name: string): JsonPlace => config.at(name);
  const nameOf = (place: JsonPlace): string => place.at("name").text();
  const threshold = rule("threshold_dynamics_method");
  const reset = rule("voltage_reset_method");
  const afterspike = rule("AScurrent_dynamics_method");
  const found = [threshold, reset, afterspike].map(nameOf).join(", ");
  const level = levels[found];
  if (level === undefined) {
    const remedy = `The levels have ${Object.keys(levels).join("; ")}.`;
    throw threshold.fault("UNSUPPORTED", `no GLIF level has the rules ${found}`, remedy);
  }
  const number = (name: string): number => config.at(name).number();
  const coefficient = (name: string): number => config.at("coeffs").at(name).number();
  const reference = 1e3 * number("El_reference");
  const above = 1e3 * number("El");
  if (level !== 1 && level !== 3 && above !== 0) {
    throw config.at("El").fault("UNSUPPORTED", `expected El = 0 with reset rules, found ${above / 1e3} V`);
  }
  const ratio = (numerator: number, denominator: JsonPlace): number => {
    const value = denominator.number();
    if (value > 0) return numerator / value;
    throw denominator.fault("FORMAT", `expected ${denominator.key} > 0, found ${value}`);
  };
  const params: Record<string, number> = {
    C: 1e12 * number("C") * coefficient("C"),
    gL: ratio(1e9 * coefficient("G"), config.at("R_input")),
    EL: reference + above,
    Vth: reference + 1e3 * number("th_inf") * coefficient("th_inf"),
    tRef: 1e3 * number("spike_cut_length") * number("dt"),
  };
  const init: Record<string, number> = { V: reference + 1e3 * number("init_voltage") };
  if (level === 1 || level === 3) params.Vreset = reference;
  else {
    const [own, spike] = [reset.at("params"), threshold.at("params")];
    params.resetFraction = own.at("a").number();
    params.resetJump = 1e3 * own.at("b").number();
    params.aSpike = 1e3 * spike.at("a_spike").number();
    params.bSpike = 1e-3 * spike.at("b_spike").number();
  }
  if (level >= 3) {
    const share = config.at("AScurrent_reset_method").at("params").at("r");
    for (const k of [0, 1]) {
      params[`amp${k + 1}`] =
        1e12 * config.at("asc_amp_array").at(k).number() * config.at("coeffs").at("asc_amp_array").at(k).number();
      params[`r${k + 1}`] = share.at(k).number();
      params[`tau${k + 1}`] = 1e3 * config.at("asc_tau_array").at(k).number();
      init[`asc${k + 1}`] = 1e12 * config.at("init_AScurrents").at(k).number();
    }
  }
  if (level === 5) {
    const own = threshold.at("params");
    params.aVoltage = 1e-3 * own.at("a_voltage").number() * coefficient("a");
    params.bVoltage = 1e-3 * own.at("b_voltage").number() * coefficient("b");
  }
  return {
    kind: "glif",
    level,
    model: `GLIF${level}`,
    params,
    init,
    dt: 1e3 * number("dt"),
    name: only ?? file.replace(/\.json$/i, ""),
  };
}
