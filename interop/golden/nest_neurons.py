"""NEST's iaf_psc_exp, iaf_psc_alpha, iaf_psc_delta, aeif_cond_exp and hh_psc_alpha, grid-constrained, for 1 s under one
given input train each; and an independent reference for each."""

import nest
import numpy as np
from golden_file import on_grid, rounded, versions, write
from scipy.integrate import solve_ivp

DT, DURATION, DELAY = 0.1, 1000.0, 1.5
STEPS, SHIFT = round(DURATION / DT), round(DELAY / DT)
rng = np.random.default_rng(1000)
EX = np.unique(rng.integers(10, STEPS - 30, 900))
IN = np.unique(rng.integers(10, STEPS - 30, 200))

LIF = {"C_m": 250.0, "tau_m": 20.0, "E_L": -70.0, "V_reset": -65.0, "V_th": -55.0, "t_ref": 2.0, "I_e": 100.0, "V_m": -70.0}
SYN = {"tau_syn_ex": 2.0, "tau_syn_in": 4.0}
MODELS = {
    "iaf_psc_exp": ({**LIF, **SYN}, {"ex": 300.0, "in": -200.0}),
    "iaf_psc_alpha": ({**LIF, **SYN}, {"ex": 110.0, "in": -80.0}),
    "iaf_psc_delta": (LIF, {"ex": 2.1, "in": -3.0}),
    "aeif_cond_exp": (
        {"C_m": 281.0, "g_L": 30.0, "E_L": -70.6, "V_th": -50.4, "Delta_T": 2.0, "tau_w": 144.0, "a": 4.0, "b": 80.5,
         "V_reset": -70.6, "V_peak": 0.0, "t_ref": 2.0, "V_m": -70.6, "w": 0.0, "I_e": 400.0, "E_ex": 0.0, "E_in": -85.0,
         "tau_syn_ex": 2.0, "tau_syn_in": 8.0, "gsl_error_tol": 1e-10},
        {"ex": 10.0, "in": -8.0},
    ),
    "hh_psc_alpha": (
        {"C_m": 100.0, "g_Na": 12000.0, "g_K": 3600.0, "g_L": 30.0, "E_Na": 50.0, "E_K": -77.0, "E_L": -54.402,
         "t_ref": 2.0, "I_e": 300.0, "V_m": -65.0, "tau_syn_ex": 2.0, "tau_syn_in": 4.0},
        {"ex": 250.0, "in": -150.0},
    ),
}


def simulate(model, resolution):
    params, weights = MODELS[model]
    nest.ResetKernel()
    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.resolution = resolution
    neuron = nest.Create(model, params=params)
    for kind, steps in (("ex", EX), ("in", IN)):
        source = nest.Create("spike_generator", params={"spike_times": np.round(steps * DT, 1)})
        nest.Connect(source, neuron, syn_spec={"weight": weights[kind], "delay": DELAY})
    recorder = nest.Create("spike_recorder")
    meter = nest.Create("voltmeter", params={"interval": 1.0})
    nest.Connect(neuron, recorder)
    nest.Connect(meter, neuron)
    nest.Simulate(DURATION)
    return on_grid(recorder.events["times"], resolution), np.array(meter.events["V_m"]), neuron


def integrate_and_fire(model):
    """Exact propagators in NumPy. Also how near V comes to the threshold on the grid."""
    params, weights = MODELS[model]
    tau, c = params["tau_m"], params["C_m"]
    decay = np.exp(-DT / tau)
    hold = round(params["t_ref"] / DT)
    arrivals = {kind: np.zeros(STEPS + SHIFT + 2) for kind in weights}
    for kind, steps in (("ex", EX), ("in", IN)):
        arrivals[kind][steps + SHIFT] = weights[kind]
    rise, current = {"ex": 0.0, "in": 0.0}, {"ex": 0.0, "in": 0.0}
    v, left, spikes, nearest = params["V_m"], 0, [], np.inf
    for step in range(STEPS):
        moved = params["E_L"] + (v - params["E_L"]) * decay + params["I_e"] * tau / c * (1 - decay)
        for kind in weights if model != "iaf_psc_delta" else ():
            ts = params[f"tau_syn_{kind}"]
            beta, shrink = 1 / tau - 1 / ts, np.exp(-DT / ts)
            if model == "iaf_psc_exp":
                current[kind] += arrivals[kind][step]
                moved += current[kind] / c * (shrink - decay) / beta
            else:
                rise[kind] += arrivals[kind][step] * np.e / ts
                # ∫ e^(−(dt−s)/τ) (i + r s) e^(−s/τs) ds
                moved += current[kind] / c * (shrink - decay) / beta
                moved += rise[kind] / c * (DT * shrink / beta - (shrink - decay) / beta**2)
                current[kind] = (current[kind] + rise[kind] * DT) * shrink
                rise[kind] *= shrink
                continue
            current[kind] *= shrink
        if model == "iaf_psc_delta":
            # NEST adds what is due at the end of the step, before it looks at the threshold.
            moved += sum(arrivals[kind][step + 1] for kind in weights)
        if left > 0:
            left -= 1
            v = params["V_reset"]
            continue
        v = moved
        nearest = min(nearest, abs(v - params["V_th"]))
        if v >= params["V_th"]:
            spikes.append(step + 1)
            v, left = params["V_reset"], hold
    return spikes, nearest


def hodgkin_huxley():
    """DOP853 from arrival to arrival; spikes are the peaks of V above 0 mV, as NEST counts them."""
    params, weights = MODELS["hh_psc_alpha"]
    from scipy.special import exprel

    def rates(v):
        return (
            (1 / exprel(-(v + 40) / 10), 4 * np.exp(-(v + 65) / 18)),
            (0.07 * np.exp(-(v + 65) / 20), 1 / (1 + np.exp(-(v + 35) / 10))),
            (0.1 / exprel(-(v + 55) / 10), 0.125 * np.exp(-(v + 65) / 80)),
        )

    def slope(_, y):
        v, m, h, n, re, ie, ri, ii = y
        te, ti = params["tau_syn_ex"], params["tau_syn_in"]
        ionic = params["g_Na"] * m**3 * h * (v - 50) + params["g_K"] * n**4 * (v + 77) + params["g_L"] * (v - params["E_L"])
        gates = [a * (1 - x) - b * x for (a, b), x in zip(rates(v), (m, h, n))]
        return [(-ionic + ie + ii + params["I_e"]) / params["C_m"], *gates, -re / te, re - ie / te, -ri / ti, ri - ii / ti]

    def peak(_, y):
        return slope(0, y)[0] if y[0] > 0 else 1.0

    peak.direction = -1
    kicks = sorted([(s + SHIFT, 4, weights["ex"] * np.e / params["tau_syn_ex"]) for s in EX]
                   + [(s + SHIFT, 6, weights["in"] * np.e / params["tau_syn_in"]) for s in IN])
    y = np.array([-65.0, *[a / (a + b) for a, b in rates(-65.0)], 0, 0, 0, 0])
    t, peaks = 0.0, []
    for step, index, size in [*kicks, (STEPS, 0, 0)]:
        if step * DT > t:
            run = solve_ivp(slope, (t, step * DT), y, method="DOP853", rtol=1e-10, atol=1e-10, events=peak)
            peaks += list(run.t_events[0])
            t, y = step * DT, run.y[:, -1].copy()
        if size:
            y[index] += size
    return peaks


def main():
    out = {}
    for model, (params, weights) in MODELS.items():
        spikes, voltage, neuron = simulate(model, DT)
        entry = {"parameters": {k: v for k, v in params.items() if k != "gsl_error_tol"}, "weights": weights, "spike_steps": spikes}
        if model.startswith("iaf"):
            expected, margin = integrate_and_fire(model)
            assert spikes == expected, (model, spikes[:10], expected[:10])
            entry["margin_mV"] = float(f"{margin:.3g}")
            entry["V"] = rounded(voltage)
        elif model == "hh_psc_alpha":
            peaks = np.array(hodgkin_huxley())
            # NEST sees a peak when V has fallen: at the end of the step after the one with the highest grid value, or of that one.
            lag = np.array(spikes) * DT - peaks
            print("peaks located by DOP853; NEST's stamps are later by", lag.min(), "to", lag.max(), "ms")
            assert len(lag) == len(peaks) and lag.min() > 0 and lag.max() < 2 * DT + 0.02
            entry["peak_times_ms"] = rounded(peaks, 9)
        else:
            fine, _, _ = simulate(model, 0.01)
            assert len(fine) == len(spikes)
            entry["spike_steps_at_0.01"] = fine
            print("aeif at 0.1 and 0.01 ms apart by", np.abs(np.array(spikes) * 0.1 - np.array(fine) * 0.01).max(), "ms")
        print(model, len(spikes), "spikes", entry.get("margin_mV"))
        assert 15 < len(spikes) < 200
        out[model] = entry
    write(
        "nest-neurons", "five neuron models of NEST for 1 s under given input trains: every spike", __file__,
        versions("nest-simulator", "scipy", "numpy"),
        {"dt": DT, "duration_ms": DURATION, "delay_ms": DELAY, "input_steps_ex": EX.tolist(), "input_steps_in": IN.tolist(),
         "input_seed": "numpy default_rng(1000)", "units": "ms, mV, pA, nS, pF; weights pA (psc), nS (cond), mV (delta)"},
        {"input": "a spike at input step s arrives at s*dt + delay",
         "spike_steps": "NEST's stamp divided by dt; iaf: end of the step in which V >= V_th; hh: end of the step in which V has "
                        "fallen from a peak above 0 mV; aeif: end of the step in which the solver passed V_peak",
         "iaf_psc_delta": "NEST adds what arrives at t to V at t, at the end of the step before, and then looks at the threshold",
         "V": "every 1 ms from 1 ms on", "margin_mV": "no grid value of V comes nearer to the threshold",
         "peak_times_ms": "by DOP853 at rtol 1e-10, alpha currents included as states"},
        {"models": out},
    )


main()
