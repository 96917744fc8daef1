"""Makes test/golden/zarr: small OME-Zarr (NGFF 0.5 on Zarr 3) as zarr-python writes them, with several chunks in a file (sharding_indexed).

python3 -m venv v && v/bin/pip install zarr==3.1.3 && v/bin/python tools/golden/zarr_sharded.py
"""

import os
import shutil

import numpy as np
import zarr
from zarr.codecs import BytesCodec, Crc32cCodec, ShardingCodec, ZstdCodec

OUT = os.path.join(os.path.dirname(__file__), "..", "..", "test", "golden", "zarr")
AXES = [("t", "time"), ("c", "channel"), ("z", "space"), ("y", "space"), ("x", "space")]
SHAPE = (2, 1, 3, 50, 70)


def pixels(step):
    t, c, z, y, x = np.meshgrid(*[np.arange(n) for n in SHAPE], indexing="ij")
    return ((x * 3 + y * 5 + 40 * z + 90 * t) % 251).astype(np.uint8)[..., ::step, ::step]


def write(name, location):
    folder = os.path.join(OUT, name)
    shutil.rmtree(folder, ignore_errors=True)
    scales = [[1, 1, 1, 0.5 * step, 0.5 * step] for step in (1, 2)]
    multiscales = [
        {
            "axes": [{"name": n, "type": kind, **({"unit": "micrometer"} if n in "yx" else {})} for n, kind in AXES],
            "datasets": [
                {"path": str(i), "coordinateTransformations": [{"type": "scale", "scale": scale}]} for i, scale in enumerate(scales)
            ],
        }
    ]
    group = zarr.create_group(folder, zarr_format=3, attributes={"ome": {"version": "0.5", "multiscales": multiscales}})
    for i, step in enumerate((1, 2)):
        data = pixels(step)
        sharding = ShardingCodec(
            chunk_shape=(1, 1, 1, 16, 16),
            codecs=[BytesCodec(), ZstdCodec(level=3)],
            index_codecs=[BytesCodec(), Crc32cCodec()],
            index_location=location,
        )
        array = group.create_array(
            str(i), shape=data.shape, dtype="uint8", chunks=(1, 1, 3, 32, 64), serializer=sharding, compressors=None, filters=None
        )
        array[:] = data


for where in ("end", "start"):
    write(f"sharded-{where}.ome.zarr", where)
