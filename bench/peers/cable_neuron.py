"""A Hodgkin-Huxley cable in NEURON: CPU seconds of the steps alone. Prints one line of JSON.

    cable_neuron.py COMPARTMENTS DURATION DT

With NEURON's table of rates (its default) and without; implicit Euler.
"""

import json
import os
import sys
import time

os.environ.setdefault("NEURON_MODULE_OPTIONS", "-nogui")
import neuron  # noqa: E402
from neuron import h  # noqa: E402

compartments, duration, dt = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
cable = h.Section(name="cable")
cable.L, cable.diam, cable.nseg = 1000, 1, compartments
cable.Ra, cable.cm = 100, 1
cable.insert("hh")
cable.gl_hh, cable.el_hh = 1 / 40000, -65
cable.ena, cable.ek = 50, -77
h.celsius, h.dt = 6.3, dt
clamp = h.IClamp(cable(0))
clamp.delay, clamp.dur, clamp.amp = 0, 1e9, 0.1
context = h.ParallelContext()
context.set_maxstep(10)


def run(table):
    h.usetable_hh = table
    h.finitialize(-65)
    start = time.process_time()
    context.psolve(duration)
    seconds = time.process_time() - start
    return seconds, [segment.v for segment in cable]


run(1)
table_seconds, _ = run(1)
exact_seconds, V = run(0)
print(json.dumps({"neuron": neuron.__version__, "table": table_seconds, "exact": exact_seconds, "V": V}))
