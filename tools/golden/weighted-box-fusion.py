"""Golden values for weighted boxes fusion, from its authors' own package.

pip install numpy ensemble-boxes==1.0.9
python tools/golden/weighted-box-fusion.py test/golden/weighted-box-fusion.json

The package works in [0, 1] and partly in float32; boxes here are whole pixels of a 1024 px image, scores are all
different (the package leaves the order of equal scores open).
"""

import json
import random
import sys

from ensemble_boxes.ensemble_boxes_wbf import weighted_boxes_fusion

SIDE = 1024


def jittered(rng, box, by):
    x1, y1, x2, y2 = (min(SIDE, max(0, value + rng.randint(-by, by))) for value in box)
    return [x1, y1, max(x2, x1 + 4), max(y2, y1 + 4)]


def make_case(rng, passes, objects, jitter, iou_threshold):
    scores = rng.sample(range(1, 10000), 10000 - 1)
    truths = []
    for _ in range(objects):
        x, y = rng.randint(0, 900), rng.randint(0, 900)
        truths.append(([x, y, x + rng.randint(20, 120), y + rng.randint(20, 120)], rng.randint(0, 2)))
    rows = []
    for _ in range(passes):
        seen = []
        for box, label in truths:
            for _ in range(rng.choice([0, 1, 1, 1, 2])):
                seen.append([*jittered(rng, box, jitter), label, scores.pop() / 10000])
        rows.append(seen)
    boxes, fused_scores, labels = weighted_boxes_fusion(
        [[[v / SIDE for v in row[:4]] for row in one] for one in rows],
        [[row[5] for row in one] for one in rows],
        [[row[4] for row in one] for one in rows],
        iou_thr=iou_threshold,
    )
    fused = [
        [*[round(float(v) * SIDE, 3) for v in box], int(label), round(float(score), 6)]
        for box, score, label in zip(boxes, fused_scores, labels)
    ]
    return {"iouThreshold": iou_threshold, "passes": rows, "fused": sorted(fused, key=lambda row: -row[5])}


def main(path):
    rng = random.Random(7)
    cases = [make_case(rng, 3, 12, 6, 0.55), make_case(rng, 2, 20, 20, 0.55), make_case(rng, 4, 8, 12, 0.4), make_case(rng, 1, 10, 5, 0.55)]
    with open(path, "w") as file:
        json.dump({"columns": ["x1", "y1", "x2", "y2", "class", "score"], "cases": cases}, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
