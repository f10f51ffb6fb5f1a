"""One operation of the field's image tools on a volume; CPU seconds of it. Prints one line of JSON.

    scanner.py components VOLUME.npy CONNECTIVITY THREADS
    scanner.py distance VOLUME.npy THREADS
    scanner.py skeletons VOLUME.npy CONSTANT
    scanner.py morphometrics FOLDER

VOLUME.npy is indexed [z, y, x]; the tools see [x, y, z] with x fastest.
"""

import importlib.metadata
import json
import pathlib
import sys
import time

import numpy as np

operation, path, *rest = sys.argv[1:]


def timed(package, work):
    start, wall = time.process_time(), time.perf_counter()
    found = work()
    print(json.dumps({
        "version": f"{package} {importlib.metadata.version(package)}",
        "seconds": time.process_time() - start,
        "wall": time.perf_counter() - wall,
        "found": found,
    }))


if operation == "components":
    import cc3d

    volume = np.load(path).T
    timed("connected-components-3d", lambda: int(cc3d.connected_components(volume, connectivity=int(rest[0]), return_N=True)[1]))
elif operation == "distance":
    import edt

    volume = np.load(path)
    timed("edt", lambda: float(edt.edt(volume, anisotropy=(40, 8, 8), black_border=True, parallel=int(rest[0])).sum(dtype="f8")))
elif operation == "skeletons":
    import kimimaro

    volume = np.asfortranarray(np.load(path).T)

    def work():
        skeletons = kimimaro.skeletonize(
            volume,
            teasar_params={"scale": 1.5, "const": float(rest[0]), "pdrf_scale": 100000, "pdrf_exponent": 4,
                           "soma_detection_threshold": 1e9, "soma_acceptance_threshold": 1e9},
            anisotropy=(8, 8, 8), dust_threshold=1000, progress=False, parallel=1, fix_branching=True)
        return [len(skeletons), float(sum(s.cable_length() for s in skeletons.values()))]

    timed("kimimaro", work)
else:
    import neurom
    from neurom.features import get

    features = ["total_length", "number_of_sections", "number_of_leaves", "number_of_bifurcations", "total_area",
                "total_volume", "section_branch_orders", "section_path_distances", "section_strahler_orders",
                "local_bifurcation_angles", "partition_asymmetry", "section_tortuosity"]

    def work():
        total = 0.0
        for file in sorted(pathlib.Path(path).glob("*.swc")):
            m = neurom.load_morphology(str(file))
            for feature in features:
                total += float(np.sum(get(feature, m)))
        return total

    timed("neurom", work)
