"""Writes test/golden/stain-normalisation.json: Reinhard's and Macenko's stain normalisation of small drawn pictures, in numpy from the papers.

    python3 -m venv venv && venv/bin/pip install numpy==2.3.5
    venv/bin/python tools/golden/stain_normalisation.py

Reinhard et al., IEEE Computer Graphics and Applications 21 (2001), equations 2 to 8, over stained pixels; and Macenko et al., ISBI 2009, section 2
(singular value decomposition of the optical densities, angles in the plane of the two largest, their 1st and 99th percentiles, amounts by least
squares, scaled by their 99th percentile). Stained is what has a density of 0.15 in a channel and is not black.
"""

import json
import pathlib

import numpy as np

GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "test/golden/stain-normalisation.json"
SIDE = 24


def drawn(seed, first, second, strength):
    """Two stains in amounts of their own, a third of it glass, a few pixels of noise, a black corner; bytes."""
    random = np.random.default_rng(seed)
    stains = np.array([first, second]) / np.linalg.norm([first, second], axis=1, keepdims=True)
    amounts = random.gamma(2, 0.25, (SIDE * SIDE, 2)) * strength
    amounts[: SIDE * SIDE // 3] *= 0.02
    densities = amounts @ stains + random.normal(0, 0.01, (SIDE * SIDE, 3))
    picture = np.clip(np.round(255 * 10**-densities), 0, 255)
    picture[-5:] = [3, 2, 4]
    return picture


def density(rgb):
    return -np.log10(np.maximum(rgb, 1) / 255)


def stained(rgb):
    return (density(rgb).max(1) >= 0.15) & (rgb.max(1) >= 16)


LMS = np.array([[0.3811, 0.5783, 0.0402], [0.1967, 0.7244, 0.0782], [0.0241, 0.1288, 0.8444]])
LAB = np.diag([1 / np.sqrt(3), 1 / np.sqrt(6), 1 / np.sqrt(2)]) @ np.array([[1, 1, 1], [1, 1, -2], [1, -1, 0]])


def lab(rgb):
    return np.log10(np.maximum(rgb, 1) / 255 @ LMS.T) @ LAB.T


def reinhard(rgb):
    values = lab(rgb[stained(rgb)])
    return {"mean": values.mean(0), "spread": values.std(0)}


def to_reinhard(rgb, source, target):
    values = (lab(rgb) - source["mean"]) * target["spread"] / source["spread"] + target["mean"]
    moved = 255 * 10 ** (values @ np.linalg.inv(LAB).T) @ np.linalg.inv(LMS).T
    share = np.clip((density(rgb).max(1) - 0.05) / 0.1, 0, 1) * (rgb.max(1) >= 16)
    return np.clip(rgb + share[:, None] * (moved - rgb), 0, 255)


def macenko(rgb):
    densities = density(rgb[stained(rgb)])
    plane = np.linalg.svd(densities, full_matrices=False)[2][:2]
    plane *= np.where(plane.sum(1) < 0, -1, 1)[:, None]
    across, up = (densities @ plane.T).T
    low, high = np.percentile(np.arctan2(up, across), [1, 99])
    stains = sorted(([np.cos(angle), np.sin(angle)] @ plane for angle in (low, high)), key=lambda stain: -stain[0])
    amounts = densities @ np.linalg.pinv(np.array(stains))
    return {"stains": np.array(stains), "amounts": np.percentile(amounts, 99, axis=0)}


def to_macenko(rgb, source, target):
    amounts = density(rgb) @ np.linalg.pinv(source["stains"]) * target["amounts"] / source["amounts"]
    moved = np.clip(255 * 10 ** -(amounts @ target["stains"]), 0, 255)
    return np.where((rgb.max(1) >= 16)[:, None], moved, rgb)


def told(facts):
    return {name: np.round(value, 12).tolist() for name, value in facts.items()}


def main():
    pictures = {
        "pale": drawn(1, [0.65, 0.70, 0.29], [0.07, 0.99, 0.11], 0.7),
        "dark": drawn(2, [0.50, 0.75, 0.45], [0.20, 0.90, 0.35], 1.3),
        "brown": drawn(3, [0.65, 0.70, 0.29], [0.27, 0.57, 0.78], 1.0),
    }
    found = {"pictures": {name: picture.astype(int).ravel().tolist() for name, picture in pictures.items()}}
    for method, measure, move in (("reinhard", reinhard, to_reinhard), ("macenko", macenko, to_macenko)):
        facts = {name: measure(picture) for name, picture in pictures.items()}
        moved = {f"{a} to {b}": move(pictures[a], facts[a], facts[b]) for a, b in (("pale", "dark"), ("dark", "pale"), ("brown", "brown"))}
        found[method] = {
            "facts": {name: told(one) for name, one in facts.items()},
            "moved": {name: np.round(picture, 3).ravel().tolist() for name, picture in moved.items()},
        }
    GOLDEN.write_text(json.dumps(found) + "\n")


main()
