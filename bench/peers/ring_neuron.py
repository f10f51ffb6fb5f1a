"""A ring of branching Hodgkin-Huxley cells in NEURON: CPU seconds of the steps alone. Prints one line of JSON.

    ring_neuron.py CELLS DURATION DT [coreneuron]

Each cell: a soma and a binary tree of 31 dendrites of three compartments, 94 in all. With NEURON's table of rates
(its default) and without; implicit Euler.
"""

import json
import os
import sys
import time

os.environ.setdefault("NEURON_MODULE_OPTIONS", "-nogui")
import neuron  # noqa: E402
from neuron import h  # noqa: E402

n, duration, dt = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
with_core = len(sys.argv) > 4


class Cell:
    def __init__(self, gid):
        soma = h.Section(name=f"soma{gid}")
        soma.L = soma.diam = 20
        self.sections, level = [soma], [soma]
        for k in range(5):
            following = []
            for parent in level:
                for _ in range(1 if k == 0 else 2):
                    dend = h.Section(name=f"dend{gid}_{len(self.sections)}")
                    dend.L, dend.diam, dend.nseg = 60, 2 * 0.8**k, 3
                    dend.connect(parent(1))
                    self.sections.append(dend)
                    following.append(dend)
            level = following
        for section in self.sections:
            section.Ra, section.cm = 100, 1
            section.insert("hh")
            section.ena, section.ek = 50, -77
        self.synapse = h.ExpSyn(level[0](0.5))
        self.synapse.tau, self.synapse.e = 2, 0


cells = [Cell(k) for k in range(n)]
context = h.ParallelContext()
for k, cell in enumerate(cells):
    context.set_gid2node(k, context.id())
    source = h.NetCon(cell.sections[0](0.5)._ref_v, None, sec=cell.sections[0])
    source.threshold = 0
    context.cell(k, source)
connections = []
for k, cell in enumerate(cells):
    connection = context.gid_connect((k - 1) % n, cell.synapse)
    connection.weight[0], connection.delay = 0.03, 5
    connections.append(connection)
stims = []
for k in range(0, n, 8):
    stim = h.NetStim()
    stim.number, stim.start = 1, 1
    connection = h.NetCon(stim, cells[k].synapse, 0, 0, 0.03)
    stims.append((stim, connection))
times, ids = h.Vector(), h.Vector()
context.spike_record(-1, times, ids)
h.celsius, h.dt = 6.3, dt
context.set_maxstep(10)
if with_core:
    from neuron import coreneuron

    coreneuron.enable = True
    coreneuron.verbose = 0


def run(table):
    h.usetable_hh = table
    h.finitialize(-65)
    start = time.process_time()
    context.psolve(duration)
    return time.process_time() - start


found = {"neuron": neuron.__version__, "compartments": sum(s.nseg for s in cells[0].sections)}
found["table"] = run(1)
if not with_core:
    found["exact"] = run(0)
found["spikes"] = len(times)
found["last"] = sorted(times)[-5:]
print(json.dumps(found))
