"""Synapses on dendrites, and a ring of branching cells, in NEURON."""

import os

os.environ.setdefault("NEURON_MODULE_OPTIONS", "-nogui")
from golden_file import rounded, versions, write  # noqa: E402
from neuron import h  # noqa: E402

DT, WEIGHT_NS, DELAY, CELLS = 0.025, 30.0, 5.0, 6
h.load_file("stdrun.hoc")


def cell(active):
    """A soma of 20 um with three dendrites of 200 um, the first one forked."""
    soma = h.Section(name="soma")
    soma.L = soma.diam = 20
    dends = []
    for k, (parent, x, length, diam) in enumerate([("soma", 1, 100, 2), (0, 1, 100, 1), (0, 1, 80, 1.2), ("soma", 0, 200, 2)]):
        dend = h.Section(name=f"dend{k}")
        dend.L, dend.diam, dend.nseg = length, diam, 5
        dend.connect(soma(x) if parent == "soma" else dends[parent](x))
        dends.append(dend)
    for section in [soma, *dends]:
        section.Ra, section.cm = 100, 1
        if active:
            section.insert("hh")
            section.ena, section.ek = 50, -77
        else:
            section.insert("pas")
            section.g_pas, section.e_pas = 0.0001, -65
    return soma, dends


def run(duration):
    h.celsius, h.usetable_hh, h.dt, h.steps_per_ms = 6.3, 0, DT, round(1 / DT)
    h.finitialize(-65)
    h.continuerun(duration)


def epsp(kind):
    soma, dends = cell(False)
    site = dends[1](0.9)
    synapse = getattr(h, kind)(site)
    synapse.e = 0
    if kind == "ExpSyn":
        synapse.tau = 2
    else:
        synapse.tau1, synapse.tau2 = 0.5, 5
    stim = h.NetStim()
    stim.number, stim.start, stim.interval, stim.noise = 2, 4, 7, 0
    con = h.NetCon(stim, synapse, 0, 1.0, 2e-3)
    at_soma, at_site = (h.Vector().record(where._ref_v) for where in (soma(0.5), site))
    run(40)
    assert con.weight[0] == 2e-3
    return {"soma": rounded(list(at_soma)[::20], 10), "site": rounded(list(at_site)[::20], 10)}


def ring():
    cells = [cell(True) for _ in range(CELLS)]
    synapses, connections, times, ids = [], [], h.Vector(), h.Vector()
    for soma, dends in cells:
        synapse = h.ExpSyn(dends[1](0.9))
        synapse.tau, synapse.e = 2, 0
        synapses.append(synapse)
    for k, (soma, _) in enumerate(cells):
        con = h.NetCon(soma(0.5)._ref_v, synapses[(k + 1) % CELLS], 0, DELAY, WEIGHT_NS / 1000, sec=soma)
        con.record(times, ids, k)
        connections.append(con)
    stim = h.NetStim()
    stim.number, stim.start = 1, 1
    first = h.NetCon(stim, synapses[0], 0, 0, WEIGHT_NS / 1000)
    v = h.Vector().record(cells[2][0](0.5)._ref_v)
    run(200)
    assert len(times) > 10 and first.valid()
    return {"spike_times": rounded(times, 9), "spike_cells": [int(k) for k in ids], "V": rounded(list(v)[::40], 8)}


write(
    "cell-networks",
    "Potentials after events at synapses on a dendrite, and spikes of a ring of branching Hodgkin-Huxley cells",
    __file__,
    versions("neuron"),
    {"dt_ms": DT, "weight_nS": WEIGHT_NS, "delay_ms": DELAY, "cells": CELLS},
    "implicit Euler; V every 0.5 ms (EPSPs) and every 1 ms (ring, cell 2, soma) from t = 0 on; spikes are those of NetCon",
    {"ExpSyn": epsp("ExpSyn"), "Exp2Syn": epsp("Exp2Syn"), "ring": ring()},
)
