"""The STDP family of NEST on shared random trains: weight before each presynaptic spike is sent, one synapse, dendritic delay."""

import nest
import numpy as np
from golden_file import rounded, versions, write

DT, DURATION = 0.1, 1000.0
rng = np.random.default_rng(42)
POST = np.unique(rng.integers(20, 9500, 40))
PRE = np.unique(rng.integers(50, 9800, 45))
DELAY = 1.0
# No pair coincides at the synapse: NEST's models differ there among themselves.
PRE = np.array([s for s in PRE if s - 10 not in set(POST)])

PAIR = {"tau_plus": 17.0, "lambda": 0.05, "alpha": 1.1, "mu_plus": 0.8, "mu_minus": 0.6, "Wmax": 100.0}
CASES = {
    "stdp_synapse": {"keys": PAIR, "weight": 50.0},
    "stdp_pl_synapse_hom": {"keys": {"tau_plus": 17.0, "lambda": 0.1, "alpha": 0.11, "mu": 0.4}, "weight": 50.0},
    "stdp_nn_symm_synapse": {"keys": PAIR, "weight": 50.0},
    "stdp_nn_pre_centered_synapse": {"keys": PAIR, "weight": 50.0},
    "stdp_nn_restr_synapse": {"keys": PAIR, "weight": 50.0},
    "stdp_triplet_synapse": {
        "keys": {"tau_plus": 16.8, "tau_plus_triplet": 101.0, "Aplus": 0.5, "Aminus": 0.7, "Aplus_triplet": 0.6,
                 "Aminus_triplet": 0.2, "Wmax": 100.0},
        "weight": 50.0,
        "node": {"tau_minus_triplet": 125.0},
    },
    "vogels_sprekeler_synapse": {"keys": {"tau": 20.0, "eta": 0.5, "alpha": 0.4, "Wmax": 100.0}, "weight": 50.0},
}
DOPAMINE = np.unique(rng.integers(100, 9500, 30))
DOPAMINE_KEYS = {"tau_plus": 17.0, "A_plus": 1.0, "A_minus": 1.5, "tau_c": 300.0, "tau_n": 150.0, "b": 0.02, "Wmin": 0.0,
                 "Wmax": 100.0}
TAU_MINUS = {"vogels_sprekeler_synapse": 20.0}


def simulate(model, case):
    nest.ResetKernel()
    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.resolution = DT
    # Times are one ms earlier than the spikes of the pair: the generators reach the parrots after 1 ms.
    trains = [np.round((steps - 10) * DT, 1) for steps in (PRE, POST)]
    sources = [nest.Create("spike_generator", params={"spike_times": train}) for train in trains]
    pre, post = nest.Create("parrot_neuron"), nest.Create("parrot_neuron")
    post.tau_minus = TAU_MINUS.get(model, 25.0)
    for key, value in case.get("node", {}).items():
        setattr(post, key, value)
    for source, parrot in zip(sources, (pre, post)):
        nest.Connect(source, parrot, syn_spec={"delay": 1.0})
    watch = nest.Create("weight_recorder")
    hom = {k: v for k, v in case["keys"].items() if model == "stdp_pl_synapse_hom"}
    own = {k: v for k, v in case["keys"].items() if model != "stdp_pl_synapse_hom"}
    nest.CopyModel(model, "watched", {"weight_recorder": watch, **hom})
    nest.Connect(pre, post, syn_spec={"synapse_model": "watched", "receptor_type": 1, "delay": DELAY,
                                      "weight": case["weight"], **own})
    nest.Simulate(DURATION)
    events = watch.events
    order = np.argsort(events["times"], kind="stable")
    assert len(order) == len(PRE)
    return [float(x) for x in np.asarray(events["weights"])[order]]


def simulate_dopamine():
    """The dopamine spikes reach the synapse a delay of 1 ms after they are fired."""
    nest.ResetKernel()
    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.resolution = DT
    trains = [np.round((steps - 10) * DT, 1) for steps in (PRE, POST, DOPAMINE)]
    sources = [nest.Create("spike_generator", params={"spike_times": train}) for train in trains]
    pre, post, dopamine = (nest.Create("parrot_neuron") for _ in range(3))
    post.tau_minus = 25.0
    for source, parrot in zip(sources, (pre, post, dopamine)):
        nest.Connect(source, parrot, syn_spec={"delay": 1.0})
    # No update between the presynaptic spikes: there NEST takes postsynaptic spikes out of their order.
    transmitter = nest.Create("volume_transmitter", params={"deliver_interval": 100000})
    nest.Connect(dopamine, transmitter, syn_spec={"delay": 1.0})
    watch = nest.Create("weight_recorder")
    nest.CopyModel("stdp_dopamine_synapse", "watched",
                   {"weight_recorder": watch, "volume_transmitter": transmitter, **DOPAMINE_KEYS})
    nest.Connect(pre, post, syn_spec={"synapse_model": "watched", "receptor_type": 1, "delay": DELAY, "weight": 50.0})
    nest.Simulate(DURATION)
    events = watch.events
    order = np.argsort(events["times"], kind="stable")
    return [float(x) for x in np.asarray(events["weights"])[order]]


def main():
    out = {
        "stdp_dopamine_synapse": {
            "parameters": {**DOPAMINE_KEYS, "tau_minus": 25.0},
            "weight": 50.0,
            "weight_after_each_pre_spike": rounded(simulate_dopamine()),
        }
    }
    for model, case in CASES.items():
        out[model] = {
            "parameters": {**case["keys"], **case.get("node", {}), "tau_minus": TAU_MINUS.get(model, 25.0)},
            "weight": case["weight"],
            "weight_after_each_pre_spike": rounded(simulate(model, case)),
        }
    write(
        "stdp-family",
        "weights of NEST's STDP models after each presynaptic spike, one synapse, given trains without coincidences",
        __file__,
        versions("nest-simulator", "numpy"),
        {"dt": DT, "duration_ms": DURATION, "delay_ms": DELAY, "pre_steps": [int(s) for s in PRE],
         "post_steps": [int(s) for s in POST],
         "dopamine_steps": [int(s) for s in DOPAMINE], "trains_seed": "numpy default_rng(42)"},
        {"delay": "dendritic"},
        {"cases": out},
    )


main()
