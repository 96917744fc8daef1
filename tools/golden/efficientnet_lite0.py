"""Golden features of EfficientNet-Lite0 on a drawn picture, computed with PyTorch: test/golden/efficientnet-lite0-drawn.json.

    python3 -m venv venv && venv/bin/pip install torch numpy safetensors && venv/bin/python tools/golden/efficientnet_lite0.py

Written apart from the product's network: convolutions, padding and batch norm as PyTorch has them, float64.
"""

import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file

from ssd300 import hashed, some

ROOT = pathlib.Path(__file__).resolve().parents[2]
BLOCKS = [(3, 1, 1), (3, 2, 6), (3, 1, 6), (5, 2, 6), (5, 1, 6), (3, 2, 6), (3, 1, 6), (3, 1, 6), (5, 1, 6), (5, 1, 6), (5, 1, 6), (5, 2, 6), (5, 1, 6), (5, 1, 6), (5, 1, 6), (3, 1, 6)]
HEIGHT, WIDTH = 96, 160


def same(x, kernel, stride):
    """TensorFlow's SAME: an odd pixel of padding goes behind."""
    pads = []
    for size in (x.shape[3], x.shape[2]):
        total = max(0, (-(-size // stride) - 1) * stride + kernel - size)
        pads += [total // 2, total - total // 2]
    return F.pad(x, pads)


class Net:
    def __init__(self, weights):
        self.w = {k: v.double() for k, v in weights.items()}

    def norm(self, x, name):
        g, b, m, v = (self.w[f"{name}.{k}"].view(1, -1, 1, 1) for k in ("weight", "bias", "running_mean", "running_var"))
        return (x - m) / torch.sqrt(v + 1e-3) * g + b

    def conv(self, x, name, stride=1, depthwise=False):
        kernel = self.w[name].permute(2, 3, 0, 1) if depthwise else self.w[name].permute(3, 2, 0, 1)
        return F.conv2d(same(x, kernel.shape[2], stride), kernel, stride=stride, groups=x.shape[1] if depthwise else 1)

    def forward(self, x):
        found = {}
        x = self.norm(self.conv(x, "conv_stem.weight", 2), "bn0").clamp(0, 6)
        for i, (_, stride, expand) in enumerate(BLOCKS):
            y, at = x, f"blocks.{i}"
            if expand > 1:
                y = self.norm(self.conv(y, f"{at}.expand_conv.weight"), f"{at}.bn0").clamp(0, 6)
            y = self.norm(self.conv(y, f"{at}.depthwise_conv.weight", stride, True), f"{at}.bn1").clamp(0, 6)
            y = self.norm(self.conv(y, f"{at}.project_conv.weight"), f"{at}.bn2")
            x = x + y if stride == 1 and x.shape == y.shape else y
            found[f"blocks.{i}"] = x
        found["head"] = self.norm(self.conv(x, "conv_head.weight"), "bn1").clamp(0, 6)
        return found


def main():
    net = Net(load_file(ROOT / "resources" / "efficientnet-lite0" / "weights.safetensors"))
    # Noise over a coarse pattern, so that all scales are met.
    fine = hashed("fine", HEIGHT * WIDTH * 3).reshape(HEIGHT, WIDTH, 3)
    coarse = hashed("coarse", (HEIGHT // 16) * (WIDTH // 16) * 3).reshape(HEIGHT // 16, WIDTH // 16, 3)
    image = np.floor(64 * fine + 192 * coarse.repeat(16, 0).repeat(16, 1))
    x = (torch.from_numpy(image).permute(2, 0, 1)[None] - 127) / 128
    out = {k: v[0].permute(1, 2, 0) for k, v in net.forward(x).items()}
    kept = {k: {"shape": list(v.shape), "mean": float(v.mean()), "std": float(v.std(unbiased=False)), "some": some(v, 20)} for k, v in out.items()}
    (ROOT / "test" / "golden" / "efficientnet-lite0-drawn.json").write_text(json.dumps({"height": HEIGHT, "width": WIDTH, "features": kept}) + "\n")


if __name__ == "__main__":
    main()
