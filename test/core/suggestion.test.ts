import { describe, expect, it } from "vitest";
import { suggestName } from "../../src/core/suggestion.js";

const known = ["tauW", "tauRise", "Vth", "V", "HodgkinHuxley", "ExpConductance"];

describe("suggestName", () => {
  it.each([
    ["tauw", "tauW"],
    ["VTH", "Vth"],
    ["v", "V"],
    ["tauRies", "tauRise"],
    ["HodgkinHuxly", "HodgkinHuxley"],
    ["ExpConductanceX", "ExpConductance"],
    ["Vht", "Vth"],
  ])("%s is near %s", (name, near) => {
    expect(suggestName(name, known)).toBe(`Did you mean "${near}"?`);
  });

  it.each(["g", "Vreset", "Izhikevich", "xyz", ""])("%s is near none, so all are listed", (name) => {
    expect(suggestName(name, known)).toBe(`There are ${known.join(", ")}.`);
  });

  it("prefers letter case to a slip, and says when there is nothing", () => {
    expect(suggestName("VT", ["Vt2", "vt"])).toBe('Did you mean "vt"?');
    expect(suggestName("V", [])).toBe("There are none.");
  });
});
