"""Opens what wbe wrote with nibabel, numpy, pynrrd, tifffile and zarr and compares it element by element.

usage: check_volumes.py FOLDER (v.nii, v.nii.gz, v.npy, v.npz, v.nrrd, v.tif, v.zarr)
The volume has shape 5 × 4 × 3 with 2 frames; voxel i holds 7·i − 300; the Zarr holds 60 voxels of 7·i.
"""
import os
import sys

import nibabel
import nrrd
import numpy as np
import tifffile
import zarr

folder = sys.argv[1]
# Axes frame, z, y, x.
expected = (np.arange(120, dtype="i2") * 7 - 300).reshape(2, 3, 4, 5)
affine = np.array([[0, -2, 0, 5], [3, 0, 0, 6], [0, 0, 4, 7], [0, 0, 0, 1]])


def at(name):
    return os.path.join(folder, name)


for name in ("v.nii", "v.nii.gz"):
    image = nibabel.load(at(name))
    assert np.array_equal(np.asarray(image.dataobj), expected.T), name
    assert np.allclose(image.affine, affine, rtol=1e-7), image.affine
    assert image.header.get_xyzt_units() == ("mm", "sec")
    print("nibabel", nibabel.__version__, name, image.shape, image.get_data_dtype(), "equal")
assert np.array_equal(np.load(at("v.npy"), allow_pickle=False), expected)
with np.load(at("v.npz"), allow_pickle=False) as arrays:
    assert np.array_equal(arrays["v"], expected), list(arrays)
print("numpy", np.__version__, "v.npy and v.npz equal")
data, header = nrrd.read(at("v.nrrd"))
assert np.array_equal(data, expected.T)
assert np.allclose(header["space directions"][:3].T, affine[:3, :3] * 1000)
print("pynrrd", nrrd.__version__, "equal")
stack = tifffile.imread(at("v.tif"))
assert np.array_equal(stack.reshape(expected.shape), expected), stack.shape
with tifffile.TiffFile(at("v.tif")) as file:
    assert file.is_imagej and file.imagej_metadata["spacing"] == 4000
print("tifffile", tifffile.__version__, stack.shape, "equal")
group = zarr.open_group(at("v.zarr"), mode="r")
level = group["0"][:]
assert np.array_equal(level, (np.arange(60, dtype="u2") * 7).reshape(3, 4, 5))
first = group.attrs["ome"]["multiscales"][0]["datasets"][0]["coordinateTransformations"][0]["scale"]
assert first == [4, 3, 2]
print("zarr", zarr.__version__, level.shape, group["1"].shape, "equal")
