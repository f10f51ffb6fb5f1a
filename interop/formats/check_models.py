"""Opens what wbe wrote with libNeuroML, nibabel and osteoid: valid by the schema, and equal element by element.

usage: check_models.py FOLDER (network.nml, surface.gii, skeletons)
"""
import json
import os
import sys

import neuroml
import neuroml.loaders
import neuroml.utils
import nibabel
import numpy as np
import osteoid

folder = sys.argv[1]


def at(name):
    return os.path.join(folder, name)


with open(at("models.json")) as file:
    expected = json.load(file)
assert neuroml.utils.is_valid_neuroml2(at("network.nml")), "not valid by the schema"
document = neuroml.loaders.read_neuroml2_file(at("network.nml"))
network = document.networks[0]
assert [(p.id, p.component, p.size) for p in network.populations] == [tuple(p) for p in expected["populations"]]
found = [[c.get_pre_cell_id(), c.get_post_cell_id(), c.weight, c.get_delay_in_ms()] for c in next(p for p in network.projections if p.id == "p").connection_wds]
assert np.allclose(found, expected["connections"], rtol=1e-7), found
places = [[i.location.x, i.location.y, i.location.z] for i in network.populations[0].instances]
assert np.allclose(places, expected["places"], rtol=1e-6), places
segments = document.cells[0].morphology.segments
assert [s.id for s in segments] == expected["segments"]
print("libNeuroML", neuroml.__version__, "network.nml valid and equal")
surface = nibabel.load(at("surface.gii"))
points, triangles = surface.agg_data(("pointset", "triangle"))
assert np.array_equal(points, np.array(expected["points"], "f4")), points
assert np.array_equal(triangles.ravel(), expected["triangles"])
assert np.array_equal(surface.darrays[2].data.ravel(), expected["values"])
assert surface.labeltable.labels[0].label == "V1 <α> 東"
print("nibabel", nibabel.__version__, "surface.gii equal")
with open(at("skeletons/info")) as file:
    info = json.load(file)
with open(at("skeletons/720575940625416797"), "rb") as file:
    skeleton = osteoid.Skeleton.from_precomputed(file.read(), segid=720575940625416797, vertex_attributes=info["vertex_attributes"])
assert np.array_equal(skeleton.vertices, np.array(expected["vertices"], "f4")), skeleton.vertices
assert np.array_equal(skeleton.radii, np.array(expected["radii"], "f4"))
assert np.array_equal(skeleton.edges, expected["edges"]) and np.array_equal(skeleton.vertex_types, expected["types"])
print("osteoid", "skeleton equal")
