"""Writes test/golden/masks.json: small images and what scikit-image, SciPy and pycocotools make of them.

Needs scikit-image (tried with 0.26), SciPy (1.17) and pycocotools (2.0.11): python3 tools/golden/masks.py
"""

import json
import pathlib

import numpy as np
from pycocotools import mask as coco
from scipy import ndimage
from skimage import color, measure, morphology, segmentation

HERE = pathlib.Path(__file__).resolve().parent
RANDOM = np.random.default_rng(20240611)


def noise(height, width, share, grain=1.0):
    """A binary image with about this share set, in blots of about this size."""
    field = ndimage.gaussian_filter(RANDOM.random((height, width)), grain)
    return field < np.quantile(field, share)


def discs(height, width, count):
    """Touching and overlapping discs."""
    ys, xs = np.mgrid[:height, :width]
    out = np.zeros((height, width), bool)
    for _ in range(count):
        y, x, r = RANDOM.uniform(0, height), RANDOM.uniform(0, width), RANDOM.uniform(4, 10)
        out |= (ys - y) ** 2 + (xs - x) ** 2 < r * r
    return out


def text(array):
    """Small whole numbers as one character each: code 48 is 0."""
    return "".join(chr(48 + int(v)) for v in np.asarray(array).ravel())


def image(array):
    array = np.asarray(array)
    return {"width": array.shape[1], "height": array.shape[0], "pixels": text(array)}


def components():
    for share in (0.3, 0.5, 0.6):
        for grain in (0.01, 1):
            values = noise(14, 17, share, grain) * RANDOM.integers(1, 3, (14, 17))
            for connectivity in (1, 2):
                ids = measure.label(values, connectivity=connectivity)
                props = measure.regionprops(ids)
                yield {
                    "connectivity": 4 * connectivity,
                    "map": image(values),
                    "ids": text(ids),
                    "areas": [int(p.area) for p in props],
                    "boxes": [[int(v) for v in p.bbox] for p in props],
                    "centroids": [list(map(float, p.centroid)) for p in props],
                }


def holes():
    for share in (0.5, 0.65, 0.8):
        mask = noise(16, 16, share, 0.7)
        yield {"mask": image(mask), "filled": text(ndimage.binary_fill_holes(mask))}


def discs_morphology():
    """Dilation and erosion with a disc; beyond the edge there is neither object nor background."""
    for radius in (1, 1.5, 3, 4.2):
        mask = noise(20, 22, 0.4, 1.2)
        r = int(radius)
        ys, xs = np.mgrid[-r : r + 1, -r : r + 1]
        disc = ys**2 + xs**2 <= radius**2
        yield {
            "radius": radius,
            "mask": image(mask),
            "dilated": text(ndimage.binary_dilation(mask, disc)),
            "eroded": text(ndimage.binary_erosion(mask, disc, border_value=1)),
        }


def floods():
    """Landscapes without two equal heights, so that no rule for ties matters."""
    for connectivity in (1, 2):
        for _ in range(3):
            landscape = np.round(ndimage.gaussian_filter(RANDOM.random((18, 20)), 1.5), 7)
            assert len(np.unique(landscape)) == landscape.size
            markers = np.zeros((18, 20), int)
            places = RANDOM.choice(18 * 20, 6, replace=False)
            markers.ravel()[places] = np.arange(1, 7)
            mask = noise(18, 20, 0.85, 1.5)
            ids = segmentation.watershed(landscape, markers, connectivity=connectivity, mask=mask)
            yield {
                "connectivity": 4 * connectivity,
                "landscape": landscape.ravel().tolist(),
                "markers": image(markers),
                "mask": text(mask),
                "ids": text(ids),
            }


def splits():
    for depth in (0.5, 0.75, 1.0):
        for _ in range(4):
            mask = discs(44, 48, 9)
            distance = ndimage.distance_transform_edt(mask)
            hills = morphology.reconstruction(distance - depth, distance, footprint=np.ones((3, 3)))
            # Rounding of distance - depth + depth must not make two maxima of one plateau.
            markers = measure.label(morphology.local_maxima(np.round(hills, 9), connectivity=2) & mask, connectivity=2)
            ids = segmentation.watershed(-distance, markers, connectivity=2, mask=mask)
            yield {"depth": depth, "mask": image(mask), "ids": text(ids)}


def colours():
    rgb = np.vstack([RANDOM.integers(0, 256, (40, 3)), [[0, 0, 0], [255, 255, 255], [255, 0, 0], [8, 9, 10], [0, 0, 1]]])
    lab = color.rgb2lab(rgb[None].astype(np.uint8))[0]
    return [{"rgb": c.tolist(), "lab": v.tolist()} for c, v in zip(rgb, lab)]


def run_lengths():
    masks = [noise(h, w, share, grain) for h, w, share, grain in ((1, 1, 0.5, 1), (7, 1, 0.5, 0.1), (1, 9, 0.5, 0.1), (23, 31, 0.4, 0.1))]
    masks += [noise(40, 33, 0.5, 2), np.zeros((5, 6), bool), np.ones((5, 6), bool), np.pad(np.ones((300, 200), bool), 150)[:, :400]]
    for mask in masks:
        code = coco.encode(np.asfortranarray(mask.astype(np.uint8)))
        yield {
            "mask": image(mask) if mask.size < 2000 else {"width": 400, "height": 600, "pixels": ""},
            "size": [int(v) for v in code["size"]],
            "counts": code["counts"].decode(),
            "area": int(coco.area(code)),
            "box": coco.toBbox(code).tolist(),
        }


def main():
    golden = {
        "components": list(components()),
        "holes": list(holes()),
        "morphology": list(discs_morphology()),
        "floods": list(floods()),
        "splits": list(splits()),
        "colours": colours(),
        "runLengths": list(run_lengths()),
    }
    (HERE.parent.parent / "test" / "golden" / "masks.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")


main()
