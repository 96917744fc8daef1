"""Writes test/golden/stains.json: what scikit-image's colour deconvolution makes of some colours, and prints how far 8-bit stages are off.

    python3 -m venv venv && venv/bin/pip install scikit-image==0.26.0
    venv/bin/python tools/golden/stains.py [H&E image ...]

The vectors are scikit-image's own (skimage.color.rgb_from_hed); the residual stands across the two stains of a set, as in rgb_from_hdx.
"""

import json
import pathlib
import sys

import numpy as np
from skimage import color, io

HERE = pathlib.Path(__file__).resolve().parent
HEMATOXYLIN, EOSIN, DAB = color.rgb_from_hed


def unit(vector):
    return vector / np.linalg.norm(vector)


def matrix(first, second):
    return np.stack([unit(first), unit(second), unit(np.cross(unit(first), unit(second)))])


SETS = {"he": ("hematoxylin", "eosin", matrix(HEMATOXYLIN, EOSIN)), "hdab": ("hematoxylin", "dab", matrix(HEMATOXYLIN, DAB))}


def views():
    for name, (first, second, vectors) in SETS.items():
        for index, stain in enumerate((first, second, "residual")):
            yield f"{name}-{stain}", vectors, index


def alone(rgb, vectors, index):
    """One stain in its own colour, by scikit-image: separated, the others taken away, combined again."""
    stains = color.separate_stains(rgb[None] / 255, np.linalg.inv(vectors))
    stains[..., [i for i in range(3) if i != index]] = 0
    return 255 * color.combine_stains(stains, vectors)[0]


def grey(rgb, vectors, index):
    stains = color.separate_stains(rgb[None] / 255, np.linalg.inv(vectors))[0, :, index]
    # scikit-image's amounts are shares of the density ln(1e6).
    return 255 * np.exp(stains * np.log(1e-6))


def stages(rgb, vectors, index, direction):
    """The same by three stages that hand on 8 bits."""
    reach = np.log10(255)
    density = np.round(255 * -np.log10(np.maximum(rgb, 1) / 255) / reach) / 255
    mixed = density @ np.outer(np.linalg.inv(vectors)[:, index], direction)
    return np.round(255 * 10 ** (-reach * np.round(255 * np.clip(mixed, 0, 1)) / 255))


def main():
    values = np.array([1, 20, 60, 110, 170, 215, 240, 255])
    colors = np.stack(np.meshgrid(values, values, values), -1).reshape(-1, 3)[::7]
    rounded = lambda array: np.round(array, 4).tolist()
    found = {"hed": color.hed_from_rgb.tolist(), "colors": colors.tolist(), "views": {}}
    for view, vectors, index in views():
        found["views"][view] = {"grey": rounded(grey(colors, vectors, index))}
        if index < 2:
            found["views"][view]["own"] = rounded(alone(colors, vectors, index))
    (HERE.parents[1] / "test/golden/stains.json").write_text(json.dumps(found) + "\n")

    steps = np.arange(0, 256, 5)
    looked = {"all colours": np.stack(np.meshgrid(steps, steps, steps), -1).reshape(-1, 3)}
    if sys.argv[1:]:
        looked["images"] = np.concatenate([io.imread(file)[..., :3].reshape(-1, 3)[::37] for file in sys.argv[1:]])
    for name, rgb in looked.items():
        rgb = np.maximum(rgb, 1)
        for view, vectors, index in views():
            for kind, direction in (("grey", np.ones(3)), ("own", vectors[index])):
                if kind == "own" and index == 2:
                    continue
                exact = grey(rgb, vectors, index)[:, None] if kind == "grey" else alone(rgb, vectors, index)
                error = abs(stages(rgb, vectors, index, direction) - np.minimum(exact, 255))
                print(f"{name}, {view}, {kind}: largest {error.max():.1f}, mean {error.mean():.2f}")


main()
