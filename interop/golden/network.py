"""A recurrent network of NEST iaf_psc_exp neurons with heterogeneous drive and delays, and an independent simulation."""

import nest
import numpy as np
from golden_file import on_grid, versions, write

DT, DURATION, COUNT, IN_DEGREE = 0.1, 400.0, 80, 10
P = {"C_m": 250.0, "tau_m": 10.0, "E_L": -70.0, "V_reset": -70.0, "V_th": -55.0, "t_ref": 2.0, "tau_syn_ex": 2.0,
     "tau_syn_in": 5.0}
rng = np.random.default_rng(80)
# Edges in the order of their source. Weights are whole numbers, so that single-precision sums of them are exact.
EDGES = sorted(
    (int(s), t, int(rng.integers(1, 31)))
    for t in range(COUNT)
    for s in rng.choice(np.delete(np.arange(COUNT), t), IN_DEGREE, replace=False)
)
SOURCE, TARGET, DELAY = (np.array(column) for column in zip(*EDGES))
INHIBITORY = SOURCE >= 64
WEIGHT = np.where(INHIBITORY, -rng.integers(150, 251, len(EDGES)), rng.integers(60, 121, len(EDGES)))
DRIVE = rng.integers(300, 460, COUNT).astype(float)
V0 = rng.integers(-70, -56, COUNT).astype(float)


def with_nest(threads):
    nest.ResetKernel()
    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.set(resolution=DT, local_num_threads=threads)
    neurons = nest.Create("iaf_psc_exp", COUNT, params={**P, "I_e": list(DRIVE), "V_m": list(V0)})
    ids = np.array(neurons.tolist())
    nest.Connect(ids[SOURCE], ids[TARGET], conn_spec="one_to_one",
                 syn_spec={"synapse_model": "static_synapse", "weight": WEIGHT.astype(float), "delay": DELAY * DT})
    recorder = nest.Create("spike_recorder")
    nest.Connect(neurons, recorder)
    nest.Simulate(DURATION)
    steps = on_grid(recorder.events["times"], DT)
    return sorted((step, int(sender - ids[0])) for step, sender in zip(steps, recorder.events["senders"]))


def independent():
    """Exact propagators in NumPy; also how near a grid value of V comes to the threshold."""
    tau, c = P["tau_m"], P["C_m"]
    decay = np.exp(-DT / tau)
    hold, steps = round(P["t_ref"] / DT), round(DURATION / DT)
    arrivals = np.zeros((2, steps + DELAY.max() + 1, COUNT))
    v, current, left = V0.copy(), np.zeros((2, COUNT)), np.zeros(COUNT, dtype=int)
    spikes, nearest = [], np.inf
    taus = np.array([P["tau_syn_ex"], P["tau_syn_in"]])
    synaptic = [(np.exp(-DT / ts) - decay) / (1 / tau - 1 / ts) / c for ts in taus]
    for step in range(steps):
        current += arrivals[:, step]
        free = left == 0
        moved = P["E_L"] + (v - P["E_L"]) * decay + DRIVE * tau / c * (1 - decay)
        moved += synaptic[0] * current[0] + synaptic[1] * current[1]
        v = np.where(free, moved, P["V_reset"])
        left = np.maximum(left - 1, 0)
        current *= np.exp(-DT / taus)[:, None]
        fired = np.flatnonzero(free & (v >= P["V_th"]))
        nearest = min(nearest, np.abs(v - P["V_th"]).min())
        for neuron in fired:
            spikes.append((step + 1, int(neuron)))
            mine = SOURCE == neuron
            for kind in (0, 1):
                chosen = mine & (INHIBITORY == bool(kind))
                np.add.at(arrivals[kind], (step + 1 + DELAY[chosen], TARGET[chosen]), WEIGHT[chosen])
        v[fired], left[fired] = P["V_reset"], hold
    return spikes, nearest


def main():
    spikes = with_nest(1)
    assert spikes == with_nest(2)
    expected, nearest = independent()
    print(len(spikes), "spikes; nearest to the threshold on the grid:", nearest, "mV")
    assert spikes == expected and nearest > 1e-9
    write(
        "nest-network",
        "80 iaf_psc_exp neurons, 10 inputs each, constant drive, 400 ms: every spike",
        __file__,
        versions("nest-simulator", "numpy"),
        {**P, "dt": DT, "duration_ms": DURATION, "neurons": COUNT, "units": "ms, mV, pA, pF",
         "seed": "numpy default_rng(80)"},
        {"spikes": "sorted by step, then neuron; step = spike time / dt, the end of the step in which V >= V_th",
         "edges": "delay in steps; a spike stamped s arrives at s + delay and moves V from there on; negative weights go "
                  "to the inhibitory current with its own time constant",
         "threshold_margin_mV": "no grid value of V comes nearer to V_th, so rounding cannot move a spike"},
        {"threshold_margin_mV": float(f"{nearest:.3g}"),
         "edges": {"source": SOURCE.tolist(), "target": TARGET.tolist(), "weight": WEIGHT.tolist(),
                   "delay": DELAY.tolist()},
         "drive": DRIVE.tolist(), "V0": V0.tolist(),
         "spike_steps": [step for step, _ in spikes], "spike_neurons": [neuron for _, neuron in spikes]},
    )


main()
