"""The ring of ring_neuron.py in Arbor on one thread: CPU seconds of the run. Prints one line of JSON.

    ring_arbor.py CELLS DURATION DT
"""

import json
import sys
import time

import arbor as A
from arbor import units as U

n, duration, dt = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])


def cell():
    tree = A.segment_tree()
    soma = tree.append(A.mnpos, A.mpoint(0, 0, 0, 10), A.mpoint(20, 0, 0, 10), tag=1)
    level, names = [(soma, 20.0)], 0
    for k in range(5):
        following = []
        for parent, x in level:
            for _ in range(1 if k == 0 else 2):
                radius = 0.8**k
                dend = tree.append(parent, A.mpoint(x, 0, 0, radius), A.mpoint(x + 60, 0, 0, radius), tag=3)
                following.append((dend, x + 60))
                names += 1
        level = following
    decor = (
        A.decor()
        .set_property(Vm=-65 * U.mV, cm=0.01 * U.F / U.m2, rL=100 * U.Ohm * U.cm, tempK=279.45 * U.Kelvin)
        .set_ion("na", rev_pot=50 * U.mV)
        .set_ion("k", rev_pot=-77 * U.mV)
        .paint("(all)", A.density("hh"))
        .place("(location 0 0.1)", A.threshold_detector(0 * U.mV), "detector")
        .place("(on-components 0.5 (segment %d))" % level[0][0], A.synapse("expsyn", {"tau": 2, "e": 0}), "synapse")
    )
    return A.cable_cell(tree, decor, A.label_dict(), A.cv_policy_max_extent(20 * U.um, "(all)"))


class Ring(A.recipe):
    def __init__(self):
        A.recipe.__init__(self)
        self.properties = A.neuron_cable_properties()
        self.properties.set_property(Vm=-65 * U.mV, tempK=279.45 * U.Kelvin, rL=100 * U.Ohm * U.cm, cm=0.01 * U.F / U.m2)
        for ion, valence, e, inside, outside in [("na", 1, 50, 10, 140), ("k", 1, -77, 54.4, 2.5), ("ca", 2, 132.5, 5e-5, 2)]:
            self.properties.set_ion(ion, valence=valence, int_con=inside * U.mM, ext_con=outside * U.mM, rev_pot=e * U.mV)
        self.properties.catalogue = A.default_catalogue()

    def num_cells(self):
        return n

    def cell_kind(self, gid):
        return A.cell_kind.cable

    def cell_description(self, gid):
        return cell()

    def connections_on(self, gid):
        return [A.connection(((gid - 1) % n, "detector"), "synapse", 0.03, 5 * U.ms)]

    def event_generators(self, gid):
        if gid % 8:
            return []
        return [A.event_generator("synapse", 0.03, A.explicit_schedule([1 * U.ms]))]

    def global_properties(self, kind):
        return self.properties


recipe = Ring()
context = A.context(threads=1)
simulation = A.simulation(recipe, context)
simulation.record(A.spike_recording.all)
start = time.process_time()
simulation.run(duration * U.ms, dt * U.ms)
seconds = time.process_time() - start
spikes = simulation.spikes()
print(
    json.dumps(
        {
            "arbor": A.__version__,
            "seconds": seconds,
            "spikes": len(spikes),
            "last": sorted(float(t) for _, t in spikes)[-5:],
        }
    )
)
