"""Makes test/golden/cellpose: files as Cellpose's GUI saves them (np.save of a dictionary), small.

python3 -m venv v && v/bin/pip install numpy && v/bin/python tools/golden/cellpose.py
"""

import io
import os
import pickle

import numpy as np

OUT = os.path.join(os.path.dirname(__file__), "..", "..", "test", "golden", "cellpose")


def contents(masks):
    height, width = masks.shape[-2:]
    return {
        "outlines": (masks * 0).astype(np.uint16),
        "masks": masks,
        "chan_choose": [0, 0],
        "ismanual": np.zeros(int(masks.max()), bool),
        "filename": "/home/somebody/ä.png",
        "flows": [np.zeros((1, height, width, 3), np.uint8), np.zeros((1, height, width), np.float32), [], None],
        "diameter": np.float64(12.5),
        "est_diam": 30.0,
        "big": 2**40,
        "negative": -3,
    }


def old(masks, protocol):
    """As an older NumPy wrote it: another protocol, another name of its module."""
    cell = np.empty((), object)
    cell[()] = contents(masks)
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, np.lib.format.header_data_from_array_1_0(cell))
    body = pickle.dumps(cell, protocol=protocol).replace(b"numpy._core.multiarray", b"numpy.core.multiarray")
    return header.getvalue() + body


class Evil:
    def __reduce__(self):
        return (os.system, ("echo this must never run",))


def save(name, data):
    with open(os.path.join(OUT, name), "wb") as file:
        file.write(data)


os.makedirs(OUT, exist_ok=True)
masks = np.array([[1, 1, 0, 0, 2], [1, 0, 0, 2, 2], [0, 0, 300, 300, 2]], np.uint16)
np.save(os.path.join(OUT, "a_seg.npy"), contents(masks))
save("b_seg.npy", old(np.asfortranarray(masks.astype(">i4")), 3))
np.save(os.path.join(OUT, "stack_seg.npy"), contents(np.stack([masks, masks])))
np.save(os.path.join(OUT, "evil_seg.npy"), {"masks": masks, "x": Evil()})
np.save(os.path.join(OUT, "numbers_seg.npy"), masks)
