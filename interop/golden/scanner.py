"""Components, distances, quality measures and watersheds of generated volumes, by the tools that the field uses."""

import hashlib

import cc3d
import edt
import numpy as np
from skimage.metrics import adapted_rand_error, variation_of_information
from skimage.registration import phase_cross_correlation
from skimage.segmentation import watershed

from golden_file import rounded, versions, write

SHAPE = (37, 29, 23)  # x, y, z


def draws(seed, n):
    """The generator that the tests repeat: x ← 1664525·x + 1013904223 mod 2³², values x / 2³²."""
    x = np.empty(n)
    state = seed
    for i in range(n):
        state = (1664525 * state + 1013904223) % 2**32
        x[i] = state / 2**32
    return x


def volume(seed, shape=SHAPE):
    """u in [0, 1), indexed [x, y, z] with x fastest in memory."""
    return draws(seed, int(np.prod(shape))).reshape(shape, order="F")


def blocky(seed, n):
    """Labels 0 … n−1 that stay for several voxels: u of every fourth voxel along each axis, repeated."""
    small = tuple(-(-s // 4) for s in SHAPE)
    u = np.floor(volume(seed, small) * n).astype("u4")
    for axis in range(3):
        u = np.repeat(u, 4, axis=axis)
    return np.asfortranarray(u[: SHAPE[0], : SHAPE[1], : SHAPE[2]])


def comb():
    """Teeth that only meet in the last slice: a chain of equivalences as long as it can be."""
    a = np.zeros(SHAPE, dtype="u4", order="F")
    a[::2, ::2, :] = 1
    a[:, :, -1] = 1
    return a


def canonical(labels):
    """SHA-256 of the labels renumbered 1, 2, … in the order of first voxels, u32, x fastest."""
    flat = labels.ravel(order="F")
    names, first, inverse = np.unique(flat, return_index=True, return_inverse=True)
    order = [k for k in np.argsort(first) if names[k] != 0]
    new = np.zeros(len(names), dtype="<u4")
    new[order] = np.arange(1, len(order) + 1)
    return hashlib.sha256(new[inverse].astype("<u4").tobytes()).hexdigest()


volumes = {
    "sparse": (volume(1) < 0.2).astype("u1", order="F"),
    "half": (volume(2) < 0.5).astype("u1", order="F"),
    "threeLabels": np.asfortranarray(np.floor(volume(3) * 3).astype("u2")),
    "blocks": blocky(4, 5),
    "comb": comb(),
}
components = []
for name, labels in volumes.items():
    for connectivity in (6, 18, 26):
        found, count = cc3d.connected_components(labels, connectivity=connectivity, return_N=True)
        components.append({"volume": name, "connectivity": connectivity, "count": int(count), "sha256": canonical(found)})

voxel = (0.5, 1.0, 3.0)
distances = []
for name, labels in volumes.items():
    d = edt.edt(labels, anisotropy=voxel, black_border=True, parallel=1).ravel(order="F")
    distances.append({"volume": name, "sum": float(d.astype("f8").sum()), "every": 97, "values": rounded(d[::97], 8)})

qualities = []
for truth, labels in (("blocks", blocky(5, 9)), ("threeLabels", volumes["blocks"]), ("blocks", volumes["blocks"])):
    t = volumes[truth]
    split, merge = variation_of_information(t, labels, ignore_labels=(0,))
    # scikit-image 0.26 calls precision what its documentation calls recall, and the other way round.
    error, recall, precision = adapted_rand_error(t, labels)
    qualities.append({"truth": truth, "split": float(split), "merge": float(merge), "error": float(error),
                      "precision": float(precision), "recall": float(recall)})

def ripples():
    """Basins of 9 x 7 x 6 voxels under noise; no two levels are equal."""
    x, y, z = np.ogrid[: SHAPE[0], : SHAPE[1], : SHAPE[2]]
    wave = lambda t, period: np.abs((t % period) / period - 0.5)
    return np.ascontiguousarray(0.3 * volume(6) + wave(x, 9) + wave(y, 7) + wave(z, 6))


landscape = ripples()
assert len(np.unique(landscape)) == landscape.size
markers = np.zeros(SHAPE, dtype="i4")
for k, at in enumerate(np.ndindex(4, 4, 3)):
    markers[tuple(9 * a + 2 if axis == 0 else 7 * a + 3 if axis == 1 else 8 * a + 4 for axis, a in enumerate(at))] = k + 1
watersheds = []
for connectivity in (6, 26):
    structure = np.zeros((3, 3, 3), bool)
    reach = {6: 1, 26: 3}[connectivity]
    for at in np.ndindex(3, 3, 3):
        structure[at] = sum(abs(a - 1) for a in at) <= reach
    for masked in (False, True):
        # In C order: scikit-image 0.26 floods nothing of a volume in Fortran order with a mask.
        mask = np.ascontiguousarray((volume(7) < 0.7) | (markers > 0)) if masked else None
        found = watershed(landscape, markers, connectivity=structure, mask=mask)
        watersheds.append({"connectivity": connectivity, "masked": masked,
                           "largest": int(np.bincount(found.ravel())[1:].max()),
                           "sha256": hashlib.sha256(found.ravel(order="F").astype("<u4").tobytes()).hexdigest()})

smooth = np.real(np.fft.ifftn(np.fft.fftn(volume(8)) * np.exp(-20 * sum(np.meshgrid(*[np.fft.fftfreq(n) ** 2 for n in SHAPE], indexing="ij")))))
correlations = []
for name, fixed in (("noise", volume(8)), ("smooth", smooth)):
    # A shift of whole voxels, and another picture: the peak of two that have little in common.
    for kind, moving in (("rolled", np.roll(fixed, (3, -5, 2), axis=(0, 1, 2))), ("mixed", 0.7 * np.roll(fixed, (-1, 4, 0), axis=(0, 1, 2)) + 0.3 * volume(9))):
        for upsampling in (1, 10):
            shift, _, _ = phase_cross_correlation(fixed, moving, upsample_factor=upsampling)
            correlations.append({"fixed": name, "moving": kind, "upsampling": upsampling, "shift": [round(float(v), 6) for v in shift]})

write(
    "scanner",
    "components by cc3d, distances by edt, quality measures and watersheds by scikit-image",
    __file__,
    versions("connected-components-3d", "edt", "scikit-image", "numpy"),
    {"shape": SHAPE, "voxel": voxel, "seeds": {"sparse": 1, "half": 2, "threeLabels": 3, "blocks": 4}},
    {"random": "x <- 1664525 x + 1013904223 mod 2^32 from the seed, values x / 2^32 after each step",
     "order": "x fastest", "sha256": "of u32 little-endian labels; components renumbered in the order of first voxels"},
    {"components": components, "distances": distances, "qualities": qualities, "watersheds": watersheds, "correlations": correlations},
)
