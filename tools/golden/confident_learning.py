"""Golden label issues: test/golden/confident-learning.json.

Needs cleanlab (2.9 was used):
  python3 -m venv v && v/bin/pip install cleanlab && v/bin/python tools/golden/confident_learning.py
Labels with some of them swapped, probabilities of a noisy model, and what cleanlab holds for wrong, the likeliest first.
"""
import json
import pathlib

import numpy as np
from cleanlab.count import get_confident_thresholds
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_normalized_margin_for_each_label

rng = np.random.default_rng(7)


def case(name, classes, count, sharpness, flipped, balance=None):
    truth = rng.choice(classes, count, p=balance)
    labels = np.where(rng.uniform(size=count) < flipped, (truth + rng.integers(1, classes, count)) % classes, truth)
    labels[:classes] = np.arange(classes)
    logits = rng.normal(size=(count, classes)) + sharpness * np.eye(classes)[truth]
    probabilities = np.exp(logits)
    probabilities = np.round(probabilities / probabilities.sum(1, keepdims=True), 6)
    issues = find_label_issues(labels, probabilities, filter_by="confident_learning", return_indices_ranked_by="normalized_margin")
    return {
        "name": name,
        "labels": labels.tolist(),
        "scores": probabilities.tolist(),
        "thresholds": get_confident_thresholds(labels, probabilities).tolist(),
        "margins": get_normalized_margin_for_each_label(labels, probabilities).tolist(),
        "issues": issues.tolist(),
    }


cases = [
    case("two classes, a good model", 2, 60, 4.0, 0.1),
    case("two classes, a poor model", 2, 60, 1.0, 0.2),
    case("four classes, one rare", 4, 80, 2.5, 0.15, [0.5, 0.3, 0.15, 0.05]),
    case("three classes, a model that is sure", 3, 30, 9.0, 0.0),
    case("three classes, a model that knows little: things count as of several", 3, 50, 0.5, 0.3),
]
out = pathlib.Path(__file__).resolve().parents[2] / "test" / "golden" / "confident-learning.json"
out.write_text(json.dumps(cases) + "\n")
