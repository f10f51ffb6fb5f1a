"""GLIF neurons, levels 1 to 5, of one Allen cell: NEST's glif_psc and a forward-Euler simulation by the published rules."""

import json
import os
import pathlib

import nest
import numpy as np
from golden_file import on_grid, rounded, versions, write

DATA = pathlib.Path(os.environ.get("WBE_DATA", pathlib.Path(__file__).resolve().parents[3] / "shared" / "data"))
CELL = "637930677"
LEVELS = {"GLIF1": "lif", "GLIF2": "lif_r", "GLIF3": "lif_asc", "GLIF4": "lif_r_asc", "GLIF5": "lif_r_asc_a"}
DURATION = 2000.0
# NEST and the Allen Institute reset V and afterspike currents from their values at the start of the step of a spike, wbe
# from those at its end, so that the steps of levels with reset rules must be small to compare.
DTS = {"GLIF1": 0.05, "GLIF2": 0.005, "GLIF3": 0.05, "GLIF4": 0.005, "GLIF5": 0.005}
# Changes of the current, ms and pA, on the grid.
rng = np.random.default_rng(7)
STEPS = [(0.0, 0.0), (20.0, 150.0), (520.0, -40.0), (620.0, 90.0)]
STEPS += [(float(t), float(a)) for t, a in zip(range(1000, 2000, 5), np.round(rng.normal(110, 120, 200), 1))]


def parameters(name):
    config = json.loads((DATA / "celltypes" / f"glif_{CELL}" / f"{CELL}_{LEVELS[name]}.json").read_text())
    coeffs = config["coeffs"]
    level = int(name[-1])
    rest = 1e3 * (config["El_reference"] + config["El"])
    found = {
        "C": 1e12 * config["C"] * coeffs["C"],
        "gL": 1e9 * coeffs["G"] / config["R_input"],
        "EL": rest,
        "Vth": 1e3 * (config["th_inf"] * coeffs["th_inf"] + config["El_reference"]),
        "tRef": 1e3 * config["spike_cut_length"] * config["dt"],
    }
    if level in (1, 3):
        found["Vreset"] = 1e3 * config["El_reference"]
    else:
        reset, threshold = config["voltage_reset_method"]["params"], config["threshold_dynamics_method"]["params"]
        found |= {"resetFraction": reset["a"], "resetJump": 1e3 * reset["b"], "aSpike": 1e3 * threshold["a_spike"],
                  "bSpike": 1e-3 * threshold["b_spike"]}
    if level >= 3:
        amps = np.array(config["asc_amp_array"]) * coeffs["asc_amp_array"] * 1e12
        taus = 1e3 * np.array(config["asc_tau_array"])
        r = config["AScurrent_reset_method"]["params"]["r"]
        found |= {"amp1": amps[0], "amp2": amps[1], "r1": r[0], "r2": r[1], "tau1": taus[0], "tau2": taus[1]}
    if level == 5:
        found |= {"aVoltage": 1e-3 * threshold["a_voltage"] * coeffs["a"], "bVoltage": 1e-3 * threshold["b_voltage"] * coeffs["b"]}
    return {key: float(value) for key, value in found.items()}


def in_nest(name):
    p, level, dt = parameters(name), int(name[-1]), DTS[name]
    params = {"V_m": p["EL"], "V_th": p["Vth"], "g": p["gL"], "E_L": p["EL"], "C_m": p["C"], "t_ref": p["tRef"],
              "spike_dependent_threshold": level in (2, 4, 5), "after_spike_currents": level >= 3, "adapting_threshold": level == 5}
    if "Vreset" in p:
        params["V_reset"] = p["Vreset"]
    else:
        params |= {"voltage_reset_fraction": p["resetFraction"], "voltage_reset_add": p["resetJump"], "th_spike_add": p["aSpike"],
                   "th_spike_decay": p["bSpike"]}
    if level >= 3:
        params |= {"asc_init": [0.0, 0.0], "asc_decay": [1 / p["tau1"], 1 / p["tau2"]], "asc_amps": [p["amp1"], p["amp2"]],
                   "asc_r": [p["r1"], p["r2"]]}
    if level == 5:
        params |= {"th_voltage_index": p["aVoltage"], "th_voltage_decay": p["bVoltage"]}
    nest.ResetKernel()
    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.resolution = dt
    neuron = nest.Create("glif_psc", params=params)
    # A current set at t reaches the neuron in the step that begins a delay later.
    times = [max(t - dt, dt) for t, _ in STEPS]
    source = nest.Create("step_current_generator", params={"amplitude_times": times, "amplitude_values": [a for _, a in STEPS]})
    nest.Connect(source, neuron, syn_spec={"delay": dt})
    meter = nest.Create("multimeter", params={"record_from": ["V_m"], "interval": dt})
    recorder = nest.Create("spike_recorder")
    nest.Connect(meter, neuron)
    nest.Connect(neuron, recorder)
    nest.Simulate(DURATION)
    spikes = on_grid(recorder.events["times"], dt)
    return spikes, np.array(meter.events["V_m"])


def by_forward_euler(name, dt):
    """The rules of the paper as the Allen Institute runs them: forward Euler for V, exact decay of all else, n steps cut out."""
    p, level = parameters(name), int(name[-1])
    n, cut = round(DURATION / dt), round(p["tRef"] / dt)
    current = np.zeros(n)
    for t, a in STEPS:
        current[round(t / dt):] = a
    v, s, w, asc, k, spikes = 0.0, 0.0, 0.0, np.zeros(2), 0, []
    tau = np.array([p.get("tau1", 1.0), p.get("tau2", 1.0)])
    amp, r = np.array([p.get("amp1", 0), p.get("amp2", 0)]), np.array([p.get("r1", 0), p.get("r2", 0)])
    a_v, b_v, b_s = p.get("aVoltage", 0), p.get("bVoltage", 0), p.get("bSpike", 0)
    while k < n:
        v, w = v + dt * (current[k] + asc.sum() - p["gL"] * v) / p["C"], w + dt * (a_v * v - b_v * w)
        s, asc, k = s * np.exp(-b_s * dt), asc * np.exp(-dt / tau), k + 1
        if v <= p["Vth"] - p["EL"] + s + w:
            continue
        spikes.append(k * dt)
        v = p["resetFraction"] * v + p["resetJump"] if "resetFraction" in p else p["Vreset"] - p["EL"]
        asc = amp + r * asc * np.exp(-p["tRef"] / tau)
        s = s * np.exp(-b_s * p["tRef"]) + p.get("aSpike", 0)
        k += cut
    return spikes


data = {}
for name in LEVELS:
    spikes, v = in_nest(name)
    euler = by_forward_euler(name, 0.005)
    # Each spike is up to a step late on a coarser grid, and the delays add up; near threshold one may be lost.
    assert abs(len(euler) - len(spikes)) <= 1, (name, len(euler), len(spikes))
    apart = np.abs(np.array(euler[:15]) - np.array(spikes[:15]) * DTS[name])
    assert apart.max() < 0.7, (name, apart)
    print(name, len(spikes), "spikes; forward Euler", len(euler), "; the first 15 at most", round(apart.max(), 3), "ms apart")
    data[name] = {"params": parameters(name), "spikes": spikes, "V": rounded(v[round(1 / DTS[name]) - 1 :: round(20 / DTS[name])], 10),
                  "forward_euler_ms": rounded(euler, 8)}

write(
    "glif",
    "GLIF neurons, levels 1 to 5, of an Allen cell under steps of current",
    __file__,
    versions("nest-simulator", "numpy"),
    {"dt_ms": DTS, "duration_ms": DURATION, "current_ms_pA": STEPS, "cell": CELL},
    {"spikes": "steps of glif_psc", "V": "mV at 1, 21, … ms of glif_psc", "forward_euler_ms": "spike times at 0.005 ms by the paper's rules"},
    data,
)
