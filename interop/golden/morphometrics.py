"""Sections and bifurcations of real SWC files by NeuroM, their persistence by TMD."""

import os
import pathlib

import neurom as nm
import numpy as np
from neurom.features import get
from tmd.io.io import load_neuron
from tmd.Topology.distances import total_persistence_image_diff
from tmd.Topology.methods import get_ph_neuron
from tmd.Topology.vectorizations import get_limits

from golden_file import versions, write

DATA = pathlib.Path(os.environ.get("WBE_DATA", pathlib.Path(__file__).resolve().parents[3] / "shared" / "data"))
FILES = [
    "morphology/arbor_pyramidal.swc",
    "morphology/allen_human_H16.06.012.11.08.04_668616935_m.swc",
    "morphology/allen_bmtk_1606013050101.swc",
    "sonata/shared_components/morphologies/Pvalb_469628681_m.swc",
    "sonata/shared_components/morphologies/Rorb_325404214_m.swc",
    "sonata/shared_components/morphologies/Nr5a1_471087815_m.swc",
    "celltypes/perisomatic_471129934_Rbp4/Rbp4-Cre_KL100_Ai14-180747.06.01.01_495335491_m.swc",
]
SECTIONS = [
    "section_lengths", "section_end_distances", "section_tortuosity", "section_areas", "section_volumes",
    "section_branch_orders", "section_strahler_orders", "section_path_distances", "section_radial_distances",
    "terminal_path_lengths",
]
BIFURCATIONS = [
    "local_bifurcation_angles", "remote_bifurcation_angles", "partition_asymmetry", "sibling_ratios",
    "diameter_power_relations",
]


def summary(values):
    """What does not depend on the order: how many, sum, sum of squares, largest."""
    v = np.asarray(values, dtype=float)
    return [len(v), float(v.sum()), float((v * v).sum()), float(v.max())]


def diagrams(path):
    neuron = load_neuron(str(path))
    return {kind: get_ph_neuron(neuron, feature=kind, neurite_type="all") for kind in ("radial_distances", "path_distances")}


found = []
all_diagrams = []
for name in FILES:
    m = nm.load_morphology(str(DATA / name))
    measures = {feature: summary(get(feature, m)) for feature in SECTIONS + BIFURCATIONS}
    measures["partition_asymmetry_uylings"] = summary(get("partition_asymmetry", m, method="uylings"))
    per_neurite = [get("partition_asymmetry_length", neurite) for neurite in m.neurites]
    measures["partition_asymmetry_length"] = summary(np.concatenate([np.ravel(v) for v in per_neurite]))
    ph = diagrams(DATA / name)
    all_diagrams.append(ph["radial_distances"])
    measures["births_radial"] = summary([bar[0] for bar in ph["radial_distances"]])
    measures["deaths_radial"] = summary([bar[1] for bar in ph["radial_distances"]])
    measures["births_path"] = summary([bar[0] for bar in ph["path_distances"]])
    measures["deaths_path"] = summary([bar[1] for bar in ph["path_distances"]])
    found.append({"file": name, "measures": measures})

distances = []
for a, b in zip(range(len(FILES) - 1), range(1, len(FILES))):
    xlim, ylim = get_limits([all_diagrams[a], all_diagrams[b]])
    distances.append({"a": FILES[a], "b": FILES[b], "distance": float(
        total_persistence_image_diff(all_diagrams[a], all_diagrams[b], xlim=xlim, ylim=ylim))})

write(
    "morphometrics",
    "sections and bifurcations of real morphologies by NeuroM, persistence diagrams and image distances by TMD",
    __file__,
    versions("neurom", "morphio", "tmd", "numpy"),
    {"files": FILES},
    {"summary": "[count, sum, sum of squares, largest] over the neurites", "precision": "MorphIO keeps coordinates in single precision",
     "distance": "sum of absolute differences of persistence images, 100 x 100, each divided by its maximum, in the frame of both"},
    {"found": found, "distances": distances},
)
