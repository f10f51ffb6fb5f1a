"""Leaky integrate-and-fire neurons of NEST under one given input spike train, and an independent reference."""

import nest
import numpy as np
from golden_file import on_grid, rounded, versions, write
from scipy.integrate import solve_ivp

DT, DURATION, DELAY = 0.1, 300.0, 1.5
rng = np.random.default_rng(20)
# Input: excitatory at 0.5 per ms, denser after 150 ms, and inhibitory at 0.1 per ms; on the grid, none twice.
STEPS_EX = np.unique(np.concatenate([rng.integers(10, 1500, 70), rng.integers(1500, 2980, 150)]))
STEPS_IN = np.unique(rng.integers(10, 2980, 30))

MODELS = {
    "iaf_psc_exp": (
        {"C_m": 250.0, "tau_m": 10.0, "E_L": -70.0, "V_reset": -65.0, "V_th": -55.0, "t_ref": 2.0, "tau_syn_ex": 2.0,
         "tau_syn_in": 4.0, "I_e": 150.0, "V_m": -70.0},
        {"ex": 450.0, "in": -300.0}, ["V_m", "I_syn_ex", "I_syn_in"],
    ),
    "iaf_psc_alpha": (
        {"C_m": 250.0, "tau_m": 10.0, "E_L": -70.0, "V_reset": -65.0, "V_th": -55.0, "t_ref": 2.0, "tau_syn_ex": 2.0,
         "tau_syn_in": 4.0, "I_e": 150.0, "V_m": -70.0},
        {"ex": 180.0, "in": -100.0}, ["V_m", "I_syn_ex", "I_syn_in"],
    ),
    "iaf_cond_exp": (
        {"C_m": 250.0, "g_L": 16.6667, "E_L": -70.0, "V_reset": -60.0, "V_th": -55.0, "t_ref": 2.0, "E_ex": 0.0,
         "E_in": -85.0, "tau_syn_ex": 2.0, "tau_syn_in": 8.0, "I_e": 100.0, "V_m": -70.0},
        {"ex": 8.0, "in": -12.0}, ["V_m", "g_ex", "g_in"],
    ),
    "iaf_cond_alpha": (
        {"C_m": 250.0, "g_L": 16.6667, "E_L": -70.0, "V_reset": -60.0, "V_th": -55.0, "t_ref": 2.0, "E_ex": 0.0,
         "E_in": -85.0, "tau_syn_ex": 2.0, "tau_syn_in": 8.0, "I_e": 100.0, "V_m": -70.0},
        {"ex": 3.5, "in": -5.0}, ["V_m", "g_ex", "g_in"],
    ),
}


def simulate(model):
    params, weights, record = MODELS[model]
    nest.ResetKernel()
    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.resolution = DT
    neuron = nest.Create(model, params=params)
    for kind, steps in (("ex", STEPS_EX), ("in", STEPS_IN)):
        source = nest.Create("spike_generator", params={"spike_times": np.round(steps * DT, 1)})
        nest.Connect(source, neuron, syn_spec={"weight": weights[kind], "delay": DELAY})
    meter = nest.Create("multimeter", params={"record_from": record, "interval": DT})
    recorder = nest.Create("spike_recorder")
    nest.Connect(meter, neuron)
    nest.Connect(neuron, recorder)
    nest.Simulate(DURATION + DT)
    events = meter.events
    assert on_grid(events["times"][:1], DT) == [1]
    columns = {name: np.array(events[name]) for name in record}
    return columns, on_grid(recorder.events["times"], DT)


def reference(model):
    """The same model by closed-form synapses and DOP853 (rtol 1e-12) for V, threshold looked at on the grid only."""
    params, weights, _ = MODELS[model]
    shift = round(DELAY / DT)
    alpha = model.endswith("alpha")
    current_based = "psc" in model
    arrivals = {"ex": set(STEPS_EX + shift), "in": set(STEPS_IN + shift)}
    taus = {"ex": params["tau_syn_ex"], "in": params["tau_syn_in"]}
    state = {kind: [0.0, 0.0] for kind in taus}  # [rise variable, value]

    def value(kind, s):
        rise, now = state[kind]
        return (now + rise * s) * np.exp(-s / taus[kind])

    def slope(s, y):
        v = y[0]
        ex, inh = value("ex", s), value("in", s)
        if current_based:
            gl = params["C_m"] / params["tau_m"]
            return [(-gl * (v - params["E_L"]) + ex + inh + params["I_e"]) / params["C_m"]]
        synaptic = ex * (v - params["E_ex"]) + inh * (v - params["E_in"])
        return [(-params["g_L"] * (v - params["E_L"]) - synaptic + params["I_e"]) / params["C_m"]]

    v, refractory, voltages, spikes = params["V_m"], 0, [], []
    hold = round(params["t_ref"] / DT)
    for step in range(round(DURATION / DT)):
        for kind in taus:
            if step in arrivals[kind]:
                size = weights[kind] if current_based else abs(weights[kind])
                if alpha:
                    state[kind][0] += size * np.e / taus[kind]
                else:
                    state[kind][1] += size
        if refractory > 0:
            refractory -= 1
            v = params["V_reset"]
        else:
            v = solve_ivp(slope, (0, DT), [v], method="DOP853", rtol=1e-12, atol=1e-12).y[0, -1]
            if v >= params["V_th"]:
                v, refractory = params["V_reset"], hold
                spikes.append(step + 1)
        for kind, tau in taus.items():
            rise, now = state[kind]
            state[kind] = [rise * np.exp(-DT / tau), (now + rise * DT) * np.exp(-DT / tau)]
        voltages.append(v)
    return np.array(voltages), spikes


def main():
    out = {}
    for model, (params, weights, record) in MODELS.items():
        columns, spikes = simulate(model)
        voltage, expected = reference(model)
        count = len(voltage)
        difference = float(np.max(np.abs(columns["V_m"][:count] - voltage)))
        spikes = [step for step in spikes if step <= count]
        print(model, len(spikes), "spikes; largest difference from the reference", difference, "mV")
        # Same spikes; V to rounding for the exact integrators, to the adaptive solver of NEST for the others.
        assert spikes == expected, (spikes, expected)
        assert difference < (1e-11 if "psc" in model else 1e-6)
        out[model] = {
            "parameters": params, "weights": weights,
            "spike_steps": spikes,
            "V_nest": rounded(columns["V_m"][4:count:5]),
            "V_reference": rounded(voltage[4::5]),
            "largest_difference_mV": difference,
            **{name: rounded(columns[name][49:count:50]) for name in record[1:]},
        }
    write(
        "integrate-and-fire",
        "NEST iaf_psc_exp, iaf_psc_alpha, iaf_cond_exp and iaf_cond_alpha with a given input spike train",
        __file__,
        versions("nest-simulator", "scipy", "numpy"),
        {"dt": DT, "duration_ms": DURATION, "delay_ms": DELAY, "input_steps_ex": [int(s) for s in STEPS_EX],
         "input_steps_in": [int(s) for s in STEPS_IN], "input_seed": "numpy default_rng(20)",
         "units": "ms, mV, pA, nS, pF; weights pA (psc) or nS (cond, inhibitory weight negative as NEST writes it)"},
        {"input": "a spike at input step s arrives at s*dt + delay; the synapse jumps there and V feels it from there on",
         "alpha": "the alpha kernel w e/tau t exp(-t/tau): the weight is the peak",
         "refractory": "V held at V_reset for t_ref/dt steps after the spike; synapses go on",
         "spike_steps": "end of the step in which V >= V_th, divided by dt (NEST's own stamp)",
         "V": "V_nest and V_reference: sample k is at step 5 (k + 1), i.e. every 0.5 ms from 0.5 ms; I_syn and g: every "
              "5 ms from 5 ms, as NEST records them, after the arrivals of that time",
         "V_reference": "closed-form synapses and DOP853 at rtol 1e-12 for V; the cond models of NEST use an adaptive solver, "
                        "largest_difference_mV says how far the two are apart"},
        {"models": out},
    )


main()
