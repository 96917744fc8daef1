"""Golden values for COCO's detection metrics, from pycocotools.

pip install numpy pycocotools==2.0.11
python tools/golden/coco-ap.py test/golden/coco-ap.json [folder of the BCCD data]

Cases are random but mean: scores that tie, IoUs that fall on thresholds, areas on the borders of the ranges, crowds,
ignored truths (an area of -1 lies outside every range, which is how pycocotools can be told to ignore one), classes
without truth, without detections or with nothing but crowds, images without either, more than 100 detections, boxes
without extent. The BCCD case holds numbers only: its detections are jittered from the truth with the generator of
src/shared/random.ts, written down here again.
"""

import contextlib
import io
import json
import random
import re
import sys
from pathlib import Path

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

NAMES = ["ap", "ap50", "ap75", "apSmall", "apMedium", "apLarge", "ar1", "ar10", "ar100", "arSmall", "arMedium", "arLarge"]


def mean_of_defined(values):
    values = values[values > -1]
    return float(np.mean(values)) if values.size else -1.0


def evaluate(images, classes, truths, detections):
    """truths: image, class, x, y, w, h, crowd, area or None; detections: image, class, x, y, w, h, score."""
    coco = COCO()
    coco.dataset = {
        "info": {},
        "images": [{"id": i} for i in images],
        "categories": [{"id": c} for c in classes],
        "annotations": [
            {
                "id": n + 1,
                "image_id": t[0],
                "category_id": t[1],
                "bbox": t[2:6],
                "iscrowd": t[6],
                "area": t[4] * t[5] if t[7] is None else t[7],
            }
            for n, t in enumerate(truths)
        ],
    }
    with contextlib.redirect_stdout(io.StringIO()):
        coco.createIndex()
        rows = [{"image_id": d[0], "category_id": d[1], "bbox": d[2:6], "score": d[6]} for d in detections]
        run = COCOeval(coco, coco.loadRes(rows), "bbox")
        run.evaluate()
        run.accumulate()
        run.summarize()
    precision, recall = run.eval["precision"], run.eval["recall"]
    per_class = []
    for k, class_id in enumerate(run.params.catIds):
        per_class.append(
            {
                "classId": int(class_id),
                "ap": mean_of_defined(precision[:, :, k, 0, 2]),
                "ap50": mean_of_defined(precision[0, :, k, 0, 2]),
                "ap75": mean_of_defined(precision[5, :, k, 0, 2]),
                "apSmall": mean_of_defined(precision[:, :, k, 1, 2]),
                "apMedium": mean_of_defined(precision[:, :, k, 2, 2]),
                "apLarge": mean_of_defined(precision[:, :, k, 3, 2]),
                "ar1": mean_of_defined(recall[:, k, 0, 0]),
                "ar10": mean_of_defined(recall[:, k, 0, 1]),
                "ar100": mean_of_defined(recall[:, k, 0, 2]),
                "arSmall": mean_of_defined(recall[:, k, 1, 2]),
                "arMedium": mean_of_defined(recall[:, k, 2, 2]),
                "arLarge": mean_of_defined(recall[:, k, 3, 2]),
                "recallAt50": float(recall[0, k, 0, 2]),
                "apByThreshold": [mean_of_defined(precision[t, :, k, 0, 2]) for t in range(10)],
                "curve50": [round(float(p), 9) for p in precision[0, ::10, k, 0, 2]],
            }
        )
    return {"summary": dict(zip(NAMES, map(float, run.stats))), "perClass": per_class}


def mean_box(rng):
    """Sides that give exact IoUs and areas on the borders 32 x 32 and 96 x 96, now and then off by a little."""
    w = rng.choice([4, 8, 10, 16, 20, 31, 32, 32, 33, 64, 95, 96, 96, 97, 128])
    h = w if rng.random() < 0.6 else rng.choice([4, 8, 10, 20, 32, 64, 96, 128])
    x, y = rng.randint(0, 20) * 10, rng.randint(0, 20) * 10
    if rng.random() < 0.2:
        x, y = x + rng.choice([0.5, 0.1, 0.25]), y + rng.choice([0.5, 0.3])
    return [x, y, w, h]


def near(rng, box):
    x, y, w, h = box
    kind = rng.randint(0, 6)
    if kind == 0:
        return [x, y, w, h]
    if kind == 1:  # IoU of exactly 0.5, 0.6, 0.75 ...
        return [x, y, w, round(h * rng.choice([0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.9, 0.95]), 4)]
    if kind == 2:
        return [x, y, round(w / rng.choice([0.5, 0.6, 0.75, 0.8, 0.95]), 4), h]
    if kind == 3:
        return [x + w // 2, y, w, h]
    if kind == 4:
        return mean_box(rng)
    return [round(v + rng.uniform(-0.12, 0.12) * s, 2) for v, s in zip([x, y, w, h], [w, h, w, h])]


def random_case(rng, images, classes, crowded, ties):
    ids = sorted(rng.sample(range(1, 1000), images))
    truths, detections = [], []
    for image in ids:
        for class_id in range(1, classes + 1):
            boxes = [mean_box(rng) for _ in range(rng.choice([0, 0, 1, 2, 5]))]
            if class_id == 2:  # a class with truth but no detections, and one with detections but no truth
                truths += [[image, class_id, *b, 0, None] for b in boxes]
                continue
            for b in boxes:
                crowd = int(rng.random() < crowded or class_id == 3)
                area = rng.choice([None, None, None, None, 1024, 9216, 1023.5, 9216.5, -1, 30])
                if class_id != 4:
                    truths.append([image, class_id, *b, crowd, area])
            for b in boxes + [mean_box(rng) for _ in range(rng.choice([0, 0, 1, 3]))]:
                for _ in range(rng.choice([0, 1, 1, 2, 3])):
                    score = rng.randint(1, ties) / ties
                    detections.append([image, class_id, *near(rng, b), score])
    if rng.random() < 0.5:
        truths.append([ids[0], 1, 5, 5, 0, 7, 0, None])
        detections.append([ids[0], 1, 5, 5, 0, 7, 1.0])
    rng.shuffle(truths)
    rng.shuffle(detections)
    return finish(ids, list(range(1, classes + 2)), truths, detections)


def many_case(rng):
    """More than 100 detections of one class in an image, tied scores across the limit; nothing in another image."""
    truths = [[7, 1, (i % 15) * 20, (i // 15) * 20, 18, 18, int(i == 40), None] for i in range(60)]
    detections = []
    for i in range(140):
        _, _, x, y, w, h, _, _ = truths[i % 60]
        detections.append([7, 1, x + rng.choice([0, 1, 2]), y, w, h, rng.randint(1, 12) / 12])
    return finish([3, 7], [1], truths, detections)


def crowd_case():
    """A crowd takes any number of detections; an ignored truth one only; a real truth inside the crowd comes first."""
    truths = [[1, 1, 0, 0, 100, 100, 1, None], [1, 1, 40, 40, 20, 20, 0, None], [1, 1, 200, 0, 20, 20, 0, -1], [2, 1, 0, 0, 30, 30, 0, None]]
    inside = [[1, 1, 5 * i, 10, 20, 20, 0.9 - i / 100] for i in range(6)]
    twice = [[1, 1, 200, 0, 20, 20, 0.8], [1, 1, 200, 1, 20, 20, 0.7]]
    real = [[1, 1, 41, 41, 20, 20, 0.3], [1, 1, 40, 42, 20, 20, 0.2], [2, 1, 0, 0, 30, 28, 0.1]]
    return finish([1, 2], [1], truths, inside + twice + real)


def finish(images, classes, truths, detections):
    return {
        "images": images,
        "classes": classes,
        "truths": truths,
        "detections": detections,
        "expected": evaluate(images, classes, truths, detections),
    }


class Xoshiro:
    """xoshiro128** seeded by SplitMix32, as src/shared/random.ts."""

    MASK = 0xFFFFFFFF

    def __init__(self, seed):
        self.state = []
        for _ in range(4):
            seed = (seed + 0x9E3779B9) & self.MASK
            z = ((seed ^ (seed >> 16)) * 0x85EBCA6B) & self.MASK
            z = ((z ^ (z >> 13)) * 0xC2B2AE35) & self.MASK
            self.state.append(z ^ (z >> 16))

    def rotl(self, word, by):
        return ((word << by) | (word >> (32 - by))) & self.MASK

    def uint32(self):
        s = self.state
        result = (self.rotl((s[1] * 5) & self.MASK, 7) * 9) & self.MASK
        shifted = (s[1] << 9) & self.MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= shifted
        s[3] = self.rotl(s[3], 11)
        return result

    def next(self):
        high, low = self.uint32() >> 5, self.uint32() >> 6
        return (high * 67108864 + low) / 9007199254740992


def bccd_case(folder):
    names = (folder / "ImageSets/Main/val.txt").read_text().split()
    classes = {"RBC": 1, "WBC": 2, "Platelets": 3}
    draw = Xoshiro(2024)
    truths, detections = [], []
    for image, name in enumerate(names):
        text = (folder / "Annotations" / f"{name}.xml").read_text()
        for block in re.findall(r"<object>.*?</object>", text, re.S):
            label = classes[re.search(r"<name>\s*(\w+)", block).group(1)]
            x1, y1, x2, y2 = (int(re.search(rf"<{tag}>\s*(-?\d+)", block).group(1)) for tag in ("xmin", "ymin", "xmax", "ymax"))
            box = [x1, y1, x2 - x1, y2 - y1]
            truths.append([image, label, *box, 0, None])
            if draw.next() < 0.1:
                continue
            w, h = box[2], box[3]
            jitter = [0.2 * (draw.next() - 0.5) for _ in range(4)]
            moved = [x1 + jitter[0] * w, y1 + jitter[1] * h, w + jitter[2] * w, h + jitter[3] * h]
            said = label if draw.next() < 0.95 else 1
            detections.append([image, said, *moved, 0.25 + 0.75 * draw.next()])
            if draw.next() < 0.15:
                detections.append([image, said, x1 + 0.5 * w, y1, w, h, 0.6 * draw.next()])
    return evaluate(list(range(len(names))), [1, 2, 3], truths, detections)


def main(path, bccd=None):
    rng = random.Random(20)
    cases = [
        random_case(rng, 6, 6, 0.0, 1000),
        random_case(rng, 8, 6, 0.2, 5),
        random_case(rng, 5, 3, 0.5, 2),
        random_case(rng, 12, 1, 0.1, 20),
        random_case(rng, 1, 5, 0.1, 3),
        many_case(rng),
        crowd_case(),
        finish([1, 2], [1, 2], [[1, 1, 0, 0, 10, 10, 1, None]], [[1, 1, 0, 0, 10, 10, 0.5], [2, 2, 0, 0, 5, 5, 0.9]]),
    ]
    golden = {"thresholds": COCOeval(iouType="bbox").params.iouThrs.tolist(), "recallPoints": COCOeval(iouType="bbox").params.recThrs.tolist(), "cases": cases}
    if bccd:
        golden["bccd"] = bccd_case(Path(bccd))
    with open(path, "w") as file:
        json.dump(golden, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
