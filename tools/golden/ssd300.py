"""Golden values of SSD300-VGG16 from torchvision: test/golden/ssd300.json, and small weight files in test/golden/weights/.

    python3 -m venv venv && venv/bin/pip install torch torchvision && venv/bin/python tools/golden/ssd300.py

Weights, logits and pictures are drawn by a hash that the tests repeat (test/engine/models/hashed.ts), so that only results are kept.
"""

import json
import math
import pathlib

import numpy as np
import torch
import torchvision
from torchvision.models.detection import ssd300_vgg16
from torchvision.models.detection.image_list import ImageList

GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "test" / "golden"
M32 = 0xFFFFFFFF


def fnv1a(text: str) -> int:
    value = 0x811C9DC5
    for byte in text.encode():
        value = ((value ^ byte) * 0x01000193) & M32
    return value


def hashed(name: str, count: int) -> np.ndarray:
    """Numbers in [0, 1) from a name: MurmurHash3's finaliser over the running index."""
    with np.errstate(over="ignore"):
        z = (np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B9)) + np.uint32(fnv1a(name))
        z = (z ^ (z >> np.uint32(16))) * np.uint32(0x85EBCA6B)
        z = (z ^ (z >> np.uint32(13))) * np.uint32(0xC2B2AE35)
        z = z ^ (z >> np.uint32(16))
    return z.astype(np.float64) / 2**32


def hashed_state(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    """Uniform weights of variance 2 / fan-in, biases within 0.05, the scale around 20."""
    state = {}
    for name, value in model.state_dict().items():
        draws = hashed(name, value.numel())
        if name.endswith("scale_weight"):
            numbers = 15 + 10 * draws
        elif value.ndim == 1:
            numbers = (draws - 0.5) * 0.1
        else:
            limit = math.sqrt(6 / (value.shape[1] * value.shape[2] * value.shape[3]))
            numbers = (2 * draws - 1) * limit
        state[name] = torch.from_numpy(numbers.astype(np.float32)).reshape(value.shape)
    return state


def some(values: torch.Tensor, count: int) -> list[list[float]]:
    flat = values.reshape(-1)
    picks = [int(i * (len(flat) - 1) / (count - 1)) for i in range(count)]
    return [[i, float(flat[i])] for i in picks]


def statistics(values: torch.Tensor) -> dict:
    values = values.double()
    return {"shape": list(values.shape), "mean": float(values.mean()), "std": float(values.std(unbiased=False)), "some": some(values, 60)}


def forward(model) -> dict:
    model.load_state_dict(hashed_state(model))
    image = torch.from_numpy(np.floor(hashed("image", 300 * 300 * 3) * 256).astype(np.float32)).reshape(1, 300, 300, 3)
    mean = torch.tensor(model.transform.image_mean) * 255
    with torch.no_grad():
        maps = list(model.backbone((image - mean).permute(0, 3, 1, 2)).values())
        out = model.head(maps)
    return {"maps": [list(m.shape) for m in maps], "class": statistics(out["cls_logits"]), "box": statistics(out["bbox_regression"])}


LABELS = [
    [[30, 40, 120, 130, 1], [35, 45, 118, 120, 2], [199, 210, 226, 224, 3], [0, 0, 300, 300, 2], [250, 3, 299, 51, 1]],
    [[140, 150, 141.5, 175, 3], [100, 20, 260, 70, 1]],
    [],
]


def targets():
    return [{"boxes": torch.tensor([l[:4] for l in ls], dtype=torch.float32).reshape(-1, 4), "labels": torch.tensor([l[4] for l in ls], dtype=torch.int64)} for ls in LABELS]


def default_boxes(model) -> torch.Tensor:
    maps = [torch.zeros(1, 1, s, s) for s in (38, 19, 10, 5, 3, 1)]
    return model.anchor_generator(ImageList(torch.zeros(1, 3, 300, 300), [(300, 300)]), maps)[0]


def matching(model, boxes):
    found = []
    for target in targets():
        if len(target["boxes"]) == 0:
            found.append(torch.full((len(boxes),), -1))
        else:
            found.append(model.proposal_matcher(torchvision.ops.box_iou(target["boxes"], boxes)))
    return found


def loss(model, boxes, matched) -> dict:
    logits = torch.from_numpy((6 * hashed("logits", 3 * 8732 * 4) - 3).astype(np.float32)).reshape(3, 8732, 4).requires_grad_()
    offsets = torch.from_numpy((4 * hashed("offsets", 3 * 8732 * 4) - 2).astype(np.float32)).reshape(3, 8732, 4).requires_grad_()
    losses = model.compute_loss(targets(), {"cls_logits": logits, "bbox_regression": offsets}, [boxes] * 3, matched)
    (losses["classification"] + losses["bbox_regression"]).backward()
    grads = {"class": logits.grad, "box": offsets.grad}
    return {
        "class": float(losses["classification"].detach()),
        "box": float(losses["bbox_regression"].detach()),
        "gradients": {k: {"sum": float(g.double().abs().sum()), "nonzero": int((g != 0).sum())} for k, g in grads.items()},
    }


def coding(model, boxes) -> dict:
    picks = [0, 5000, 8731, 7000]
    label = torch.tensor([[30.0, 40, 120, 130], [35, 45, 118, 120], [10, 0, 290, 300], [250, 3, 299, 51]])
    encoded = model.box_coder.encode_single(label, boxes[picks])
    wild = torch.tensor([[3.0, -2, 40, 1], [0.5, 0.25, -3, 2], [0, 0, 0, 0], [-1, 2, 0.3, 21]])
    return {"boxes": picks, "labels": label.tolist(), "encoded": encoded.tolist(), "offsets": wild.tolist(), "decoded": model.box_coder.decode_single(wild, boxes[picks]).tolist()}


def main():
    model = ssd300_vgg16(weights=None, weights_backbone=None, num_classes=4).eval()
    big = ssd300_vgg16(weights=None, weights_backbone=None, num_classes=91)
    boxes = default_boxes(model)
    matched = matching(model, boxes)
    result = {
        "versions": {"torch": torch.__version__, "torchvision": torchvision.__version__},
        "parameters": {"3": sum(p.numel() for p in model.parameters()), "90": sum(p.numel() for p in big.parameters())},
        "defaultBoxes": {"count": len(boxes), "sum": boxes.double().sum(0).tolist(), "some": [[i, boxes[i].tolist()] for i in range(0, 8732, 291)]},
        "labels": LABELS,
        "matches": [[[int(i), int(m[i])] for i in torch.where(m >= 0)[0]] for m in matched],
        "coding": coding(model, boxes),
        "loss": loss(model, boxes, matched),
        "forward": forward(model),
    }
    (GOLDEN / "ssd300.json").write_text(json.dumps(result, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
