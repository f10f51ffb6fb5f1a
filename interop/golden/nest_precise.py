"""NEST's neurons with precise spike times (iaf_psc_exp_ps, iaf_psc_alpha_ps, iaf_psc_delta_ps), two in a row: the
first under given trains off the grid, the second under the spikes of the first and a current; and an independent reference
that goes from event to event with matrix exponentials and finds each crossing by bracketing."""

import nest
import numpy as np
from golden_file import rounded, versions, write
from scipy.linalg import expm
from scipy.optimize import brentq

DT, DURATION, DELAY = 0.1, 1000.0, 1.5
rng = np.random.default_rng(2000)
# Nanoseconds in decimal: times off the grid that both sides read alike.
TRAINS = {
    kind: np.unique(np.round(np.sort(rng.uniform(1.0, DURATION - 5.0, n)), 6)) for kind, n in (("ex", 900), ("in", 200))
}
LIF = {"C_m": 250.0, "tau_m": 20.0, "E_L": -70.0, "V_reset": -65.0, "V_th": -55.0, "t_ref": 2.0, "I_e": 100.0, "V_m": -70.0}
SYN = {"tau_syn_ex": 2.0, "tau_syn_in": 4.0}
# Weights are binary fractions, the same numbers in single precision. "next": from the first neuron to the second.
MODELS = {
    "iaf_psc_exp_ps": ({**LIF, **SYN}, {"ex": 300.0, "in": -200.0, "next": 500.0}),
    "iaf_psc_alpha_ps": ({**LIF, **SYN}, {"ex": 110.0, "in": -80.0, "next": 200.0}),
    "iaf_psc_delta_ps": (LIF, {"ex": 2.125, "in": -3.0, "next": 4.0}),
}
SECOND_CURRENT = 170.0


def simulate(model):
    params, weights = MODELS[model]
    nest.ResetKernel()
    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.resolution = DT
    first, second = nest.Create(model, params=params), nest.Create(model, params={**params, "I_e": SECOND_CURRENT})
    for kind, times in TRAINS.items():
        source = nest.Create("spike_generator", params={"precise_times": True, "spike_times": times})
        nest.Connect(source, first, syn_spec={"weight": weights[kind], "delay": DELAY})
    nest.Connect(first, second, syn_spec={"weight": weights["next"], "delay": DELAY})
    found = []
    for neuron in (first, second):
        recorder = nest.Create("spike_recorder")
        meter = nest.Create("voltmeter", params={"interval": 1.0})
        nest.Connect(neuron, recorder)
        nest.Connect(meter, neuron)
        found.append((recorder, meter))
    nest.Simulate(DURATION)
    return [(np.array(r.events["times"]), np.array(m.events["V_m"])) for r, m in found]


def flow(model, params):
    """A of y' = A y, y = (V − rest, currents …), and for each kind of input the jump of y per unit of weight."""
    tau, c = params["tau_m"], params["C_m"]
    if model == "iaf_psc_delta_ps":
        return np.array([[-1 / tau]]), {"ex": np.array([1.0]), "in": np.array([1.0])}
    te, ti = params["tau_syn_ex"], params["tau_syn_in"]
    if model == "iaf_psc_exp_ps":
        a = np.array([[-1 / tau, 1 / c, 1 / c], [0, -1 / te, 0], [0, 0, -1 / ti]])
        return a, {"ex": np.array([0, 1.0, 0]), "in": np.array([0, 0, 1.0])}
    a = np.array([[-1 / tau, 1 / c, 0, 1 / c, 0], [0, -1 / te, 1, 0, 0], [0, 0, -1 / te, 0, 0], [0, 0, 0, -1 / ti, 1], [0, 0, 0, 0, -1 / ti]])
    return a, {"ex": np.array([0, 0, np.e / te, 0, 0]), "in": np.array([0, 0, 0, 0, np.e / ti])}


def events(model, arrivals, current):
    """Spike times of one neuron; arrivals: sorted (time, kind, weight)."""
    params, _ = MODELS[model]
    a, jumps = flow(model, params)
    rest = params["E_L"] + current * params["tau_m"] / params["C_m"]
    y = np.zeros(len(a))
    y[0] = params["V_m"] - rest
    now, free_at, spikes = 0.0, 0.0, []
    threshold, reset = params["V_th"] - rest, params["V_reset"] - rest

    def move(y, t, held):
        z = expm(a * t) @ y
        if held:
            z[0] = y[0]
        return z

    def fire(time):
        spikes.append(time)
        y[0] = reset

    for time, kind, weight in [*arrivals, (DURATION, "ex", 0.0)]:
        while now < time:
            held = now < free_at
            until = min(time, free_at) if held else time
            # Sixteenths of a step show every crossing that lasts.
            points = [until] if held else list(np.linspace(now, until, 2 + int((until - now) / DT * 16)))[1:]
            crossed = next((p for p in points if move(y, p - now, held)[0] >= threshold), None) if not held else None
            if crossed is not None:
                at = now + brentq(lambda s: move(y, s, False)[0] - threshold, 0, crossed - now, xtol=1e-14, rtol=1e-15)
                y = move(y, at - now, False)
                now = at
                fire(now)
                free_at = now + params["t_ref"]
                continue
            y = move(y, until - now, held)
            now = until
        jump = jumps[kind] * weight
        if now < free_at:
            jump[0] = 0
        y = y + jump
        if now >= free_at and y[0] >= threshold and now < DURATION:
            fire(now)
            free_at = now + params["t_ref"]
    return np.array(spikes)


def main():
    out = {}
    for model, (params, weights) in MODELS.items():
        (first, v1), (second, v2) = simulate(model)
        given = sorted((t + DELAY, kind, weights[kind]) for kind, times in TRAINS.items() for t in times)
        expected = events(model, given, params["I_e"])
        chained = events(model, [(t + DELAY, "ex", weights["next"]) for t in expected], SECOND_CURRENT)
        worst = [np.abs(a - b).max() if len(a) == len(b) else (len(a), len(b)) for a, b in ((first, expected), (second, chained))]
        print(model, len(first), len(second), "spikes; NEST and the reference apart by", worst, "ms")
        assert len(first) == len(expected) and len(second) == len(chained) and max(worst) < 1e-9
        assert 20 < len(first) < 200 and 10 < len(second) < 200
        out[model] = {
            "parameters": params, "weights": weights,
            "first_ms": rounded(first, 14), "second_ms": rounded(second, 14), "V_first": rounded(v1), "V_second": rounded(v2),
        }
    write(
        "nest-precise", "three neuron models of NEST with precise spike times for 1 s, two neurons in a row: every spike", __file__,
        versions("nest-simulator", "scipy", "numpy"),
        {"dt": DT, "duration_ms": DURATION, "delay_ms": DELAY, "second_current_pA": SECOND_CURRENT,
         "input_ms_ex": TRAINS["ex"].tolist(), "input_ms_in": TRAINS["in"].tolist(), "input_seed": "numpy default_rng(2000)",
         "units": "ms, mV, pA, pF; weights pA (psc), mV (delta)"},
        {"input": "a spike at input time t arrives at t + delay",
         "spike times": "threshold crossings, between the steps; refractory from there on",
         "V": "every 1 ms from 1 ms on"},
        {"models": out},
    )


main()
