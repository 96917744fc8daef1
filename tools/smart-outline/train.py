"""Trains the network of the smart outline and writes its weights for src/shared/outline.

Learns from two public sets whose licences allow it: DSB2018 (BBBC038, CC0) and the PAS glomeruli of Bueno et al. (CC BY 4.0,
10.17632/k7nvtgn2x6.3). Every fifth image of the first and every third slide of the second are held out, as in
bench/outline-views.ts. The protocol of clicks is that of Sofiiuk et al., "Reviving Iterative Training with Mask Guidance for
Interactive Segmentation" (2021).

Use: python train.py --data ../../../shared/data --out ../../resources/smart-outline.bin [--minutes 25] [--start weights.pt]
Needs: numpy, pillow, scikit-image, scipy, torch.
"""

import argparse
import math
import os
import struct
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from PIL import Image
from scipy.ndimage import distance_transform_edt, label as components
from skimage.color import rgb2lab

SIDE = 96
CANVAS = (1000, 700)
DISC = 3.0
rng = np.random.default_rng(7)


def views(root, name):
    """Images as they are shown whole on the canvas: (Lab 0..1-ish CHW, label map)."""
    folder = os.path.join(root, name)
    files = sorted(os.listdir(os.path.join(folder, "images")))
    group = (lambda f: f[:4]) if name == "glomeruli" else (lambda f: f)
    groups = sorted({group(f) for f in files})
    every = 3 if name == "glomeruli" else 5
    out = []
    for f in files:
        if groups.index(group(f)) % every == 0:
            continue
        image = Image.open(os.path.join(folder, "images", f)).convert("RGB")
        if name == "glomeruli":
            red = np.array(Image.open(os.path.join(folder, "masks", f)).convert("RGB"))[..., 0] > 127
            ids = components(red, np.ones((3, 3)))[0]
        else:
            ids = np.array(Image.open(os.path.join(folder, "labels", f))).astype(np.int32)
            ids = ids[..., 0] if ids.ndim == 3 else ids
        factor = min(1, CANVAS[0] / image.width, CANVAS[1] / image.height)
        if factor < 1:
            size = (round(image.width * factor), round(image.height * factor))
            image = image.resize(size, Image.LANCZOS)
            ids = np.array(Image.fromarray(ids.astype(np.int32), "I").resize(size, Image.NEAREST))
        boxes = {}
        for i in np.unique(ids):
            ys, xs = np.nonzero(ids == i) if i else ([], [])
            if len(ys) >= 30:
                boxes[int(i)] = (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1, len(ys))
        if boxes:
            out.append((pyramid(np.array(image)), ids, boxes))
    return out


def recolored(rgb):
    """Colours that other stains, cameras and lights would have given."""
    x = rgb.astype(np.float32) / 255
    if rng.random() < 0.3:
        x = x[..., rng.permutation(3)]
    if rng.random() < 0.15:
        x = 1 - x
    if rng.random() < 0.15:
        x = np.repeat(x.mean(-1, keepdims=True), 3, -1)
    x = np.clip(x, 0, 1) ** np.exp(rng.normal(0, 0.25))
    gain, shift = np.exp(rng.normal(0, 0.12, 3)), rng.normal(0, 0.05, 3)
    x = np.clip(x * gain + shift, 0, 1)
    return x.astype(np.float32)


def pyramid(rgb):
    """The image, half of it, a quarter, ...: each pixel the mean of four."""
    levels = [rgb.astype(np.float32)]
    while min(levels[-1].shape[:2]) >= 32:
        last = levels[-1]
        h, w = last.shape[0] // 2 * 2, last.shape[1] // 2 * 2
        levels.append((last[0:h:2, 0:w:2] + last[1:h:2, 0:w:2] + last[0:h:2, 1:w:2] + last[1:h:2, 1:w:2]) / 4)
    return levels


def color_square(levels, x0, y0, side):
    """A square as SIDE x SIDE from the level that is nearest in size, as in src/shared/outline/color-pyramid.ts."""
    level = min(len(levels) - 1, max(0, round(math.log2(side / SIDE))))
    image, scale = levels[level], 0.5**level
    h, w = image.shape[:2]
    at = GRID * side / SIDE
    xs = np.clip((at + x0) * scale - 0.5, 0, w - 1)
    ys = np.clip((at + y0) * scale - 0.5, 0, h - 1)
    xl, yl = xs.astype(int), ys.astype(int)
    xh, yh = np.minimum(xl + 1, w - 1), np.minimum(yl + 1, h - 1)
    u, v = (xs - xl)[None, :, None].astype(np.float32), (ys - yl)[:, None, None].astype(np.float32)
    rows = image[yl] * (1 - v) + image[yh] * v
    return rows[:, xl] * (1 - u) + rows[:, xh] * u


def truth_square(ids, number, x0, y0, side):
    at = GRID * side / SIDE
    xs, ys = np.floor(at + x0).astype(int), np.floor(at + y0).astype(int)
    h, w = ids.shape
    cut = ids[np.clip(ys, 0, h - 1)][:, np.clip(xs, 0, w - 1)] == number
    # Beyond the picture there is nothing.
    return cut & ((xs >= 0) & (xs < w))[None] & ((ys >= 0) & (ys < h))[:, None]


GRID = np.arange(SIDE) + 0.5


def disc(clicks):
    out = np.zeros((SIDE, SIDE), np.float32)
    for x, y in clicks:
        out = np.maximum(out, np.clip(DISC + 0.5 - np.hypot(GRID[None] - x, GRID[:, None] - y), 0, 1))
    return out


def interior(mask):
    """The most interior pixel of a mask and how deep it is."""
    depth = distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1]
    y, x = divmod(int(depth.argmax()), SIDE)
    return x, y, depth[y, x]


depths = {}


def place_in(data, view, number):
    """A place inside an object, mostly far from its edge; from the corner of its box."""
    key = (id(data), view, number)
    if key not in depths:
        _, ids, boxes = data[view]
        left, top, right, bottom, _ = boxes[number]
        depth = distance_transform_edt(np.pad(ids[top:bottom, left:right] == number, 1))[1:-1, 1:-1]
        ys, xs = np.nonzero(depth >= 0.35 * depth.max())
        depths[key] = (divmod(int(depth.argmax()), depth.shape[1]), ys.astype(np.int16), xs.astype(np.int16))
    (y, x), ys, xs = depths[key]
    if rng.random() < 0.5:
        return x, y
    pick = rng.integers(len(ys))
    return int(xs[pick]), int(ys[pick])


def sample(sets):
    data = sets[0] if rng.random() < 0.62 else sets[1]
    view = int(rng.integers(len(data)))
    levels, ids, boxes = data[view]
    number = list(boxes)[rng.integers(len(boxes))]
    left, top, right, bottom, area = boxes[number]
    extent = max(right - left, bottom - top)
    px, py = place_in(data, view, number)
    cx, cy = left + px + 0.5, top + py + 0.5
    side = max(24.0, extent / math.exp(rng.uniform(math.log(0.12), math.log(1.5))))
    if rng.random() < 0.5:
        x0, y0 = cx - side / 2, cy - side / 2
    else:
        side = max(24.0, extent / rng.uniform(0.35, 0.8))
        x0 = (left + right) / 2 - side / 2 + rng.normal(0, 0.06) * side
        y0 = (top + bottom) / 2 - side / 2 + rng.normal(0, 0.06) * side
    colors = recolored(color_square(levels, x0, y0, side))
    lab = rgb2lab(np.clip(colors, 0, 1)).astype(np.float32)
    truth = truth_square(ids, number, x0, y0, side)
    outside = max(0.0, area * (SIDE / side) ** 2 - truth.sum())
    click = ((cx - x0) / side * SIDE, (cy - y0) / side * SIDE)
    turn, flip = int(rng.integers(4)), bool(rng.integers(2))
    lab, truth = np.rot90(lab, turn), np.rot90(truth, turn)
    x, y = click
    for _ in range(turn):
        x, y = y, SIDE - x
    if flip:
        lab, truth, x = lab[:, ::-1], truth[:, ::-1], SIDE - x
    return lab.copy(), truth.copy(), (x, y), outside


class Separable(nn.Module):
    def __init__(self, cin, cout, stride=1):
        super().__init__()
        self.dw = nn.Conv2d(cin, cin, 3, stride, 1, groups=cin, bias=False)
        self.dn = nn.BatchNorm2d(cin)
        self.pw = nn.Conv2d(cin, cout, 1, bias=False)
        self.pn = nn.BatchNorm2d(cout)
        self.add = stride == 1 and cin == cout

    def forward(self, x):
        y = F.relu(self.pn(self.pw(self.dn(self.dw(x)))))
        return x + y if self.add else y


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(6, 24, 3, 2, 1, bias=False)
        self.sn = nn.BatchNorm2d(24)
        S = Separable
        self.e1 = nn.ModuleList([S(24, 24)])
        self.e2 = nn.ModuleList([S(24, 48, 2), S(48, 48), S(48, 48)])
        self.e3 = nn.ModuleList([S(48, 96, 2), S(96, 96), S(96, 96)])
        self.e4 = nn.ModuleList([S(96, 128, 2), S(128, 128), S(128, 128)])
        self.d3 = nn.ModuleList([S(224, 96), S(96, 96)])
        self.d2 = nn.ModuleList([S(144, 48), S(48, 48)])
        self.d1 = nn.ModuleList([S(72, 32), S(32, 32)])
        self.out = nn.Conv2d(32, 1, 1)
        self.q1 = nn.Linear(161, 32)
        self.q2 = nn.Linear(32, 1)

    def forward(self, x):
        a = F.relu(self.sn(self.stem(x)))
        for b in self.e1: a = b(a)
        c = a
        for b in self.e2: c = b(c)
        d = c
        for b in self.e3: d = b(d)
        e = d
        for b in self.e4: e = b(e)
        up = lambda t: F.interpolate(t, scale_factor=2, mode="nearest")
        y = torch.cat([up(e), d], 1)
        for b in self.d3: y = b(y)
        y = torch.cat([up(y), c], 1)
        for b in self.d2: y = b(y)
        y = torch.cat([up(y), a], 1)
        for b in self.d1: y = b(y)
        logit = self.out(y)
        p = torch.sigmoid(logit).detach()
        facts = torch.cat([e.mean((2, 3)), (y * p).mean((2, 3)), p.mean((2, 3))], 1)
        quality = self.q2(F.relu(self.q1(facts.detach())))[:, 0]
        return F.interpolate(logit, size=(SIDE, SIDE), mode="bilinear", align_corners=False)[:, 0], quality


SCALE = np.array([50, 25, 25], np.float32)
SHIFT = np.array([50, 0, 0], np.float32)


def inputs(batch):
    planes = []
    for one in batch:
        lab = ((one["lab"] - SHIFT) / SCALE).transpose(2, 0, 1)
        planes.append(np.concatenate([lab, disc(one["inside"])[None], disc(one["outside"])[None], one["mask"][None]]))
    return torch.from_numpy(np.stack(planes).astype(np.float32))


def click_again(batch, probs):
    for one, p in zip(batch, probs):
        if rng.random() < 0.45:
            continue
        found = p > 0.5
        missed, extra = interior(one["truth"] & ~found), interior(~one["truth"] & found)
        x, y, depth = max(missed, extra, key=lambda c: c[2])
        if depth > 0:
            one["inside" if missed[2] >= extra[2] else "outside"].append((x + 0.5, y + 0.5))
        if rng.random() < 0.9:
            one["mask"] = p.astype(np.float32)


def write(net, path):
    """Weights with the batch norms folded in, float16 little-endian, in the order of src/shared/outline/net.ts; a header of 8 bytes."""
    net = net.eval()
    flat = []

    def fold(conv, norm):
        g = (norm.weight / torch.sqrt(norm.running_var + norm.eps)).detach()
        w = conv.weight.detach() * g[:, None, None, None]
        return w, (norm.bias - norm.running_mean * g).detach()

    def put(w, b):
        # Convolutions as [kernel row, kernel column, in, out]; depthwise ones as [row, column, channel].
        flat.extend([w.permute(2, 3, 1, 0).reshape(-1), b.reshape(-1)])

    put(*fold(net.stem, net.sn))
    for stage in (net.e1, net.e2, net.e3, net.e4, net.d3, net.d2, net.d1):
        for block in stage:
            put(*fold(block.dw, block.dn))
            put(*fold(block.pw, block.pn))
    put(net.out.weight.detach(), net.out.bias.detach())
    for layer in (net.q1, net.q2):
        flat.extend([layer.weight.detach().t().reshape(-1), layer.bias.detach().reshape(-1)])
    values = torch.cat(flat).numpy().astype("<f2")
    with open(path, "wb") as f:
        f.write(struct.pack("<4sI", b"SWO1", len(values)) + values.tobytes())
    net.train()
    return len(values)


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--data", required=True)
    args.add_argument("--out", required=True)
    args.add_argument("--minutes", type=float, default=25, help="of processor time")
    args.add_argument("--wall", type=float, default=1e9, help="minutes of the clock after which it ends at the latest")
    args.add_argument("--start", help="goes on from the .pt file of an earlier run")
    args = args.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(7)
    sets = [views(args.data, "dsb2018"), views(args.data, "glomeruli")]
    print([len(s) for s in sets], "images", flush=True)
    net = Net().to(memory_format=torch.channels_last)
    if args.start:
        net.load_state_dict(torch.load(args.start))
    print(sum(p.numel() for p in net.parameters()), "parameters", flush=True)
    optimizer = torch.optim.AdamW(net.parameters(), 3e-3, weight_decay=1e-4)
    mean = {k: v.clone() for k, v in net.state_dict().items()}
    begin, clock, step, seen = time.process_time(), time.time(), 0, []
    while (spent := max((time.process_time() - begin) / args.minutes, (time.time() - clock) / args.wall) / 60) < 1:
        for group in optimizer.param_groups:
            group["lr"] = 3e-3 * min(1, step / 50) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * spent)))
        batch = []
        for _ in range(16):
            lab, truth, click, outside = sample(sets)
            batch.append({"lab": lab, "truth": truth, "inside": [click], "outside": [], "mask": np.zeros((SIDE, SIDE), np.float32), "rest": outside})
        if step > 100 and rng.random() < 0.5:
            net.eval()
            for _ in range(1 + int(rng.random() < 0.4)):
                with torch.no_grad():
                    probs = torch.sigmoid(net(inputs(batch).contiguous(memory_format=torch.channels_last))[0]).numpy()
                click_again(batch, probs)
            net.train()
        truth = torch.from_numpy(np.stack([one["truth"] for one in batch])).float()
        rest = torch.tensor([one["rest"] for one in batch], dtype=torch.float32)
        logit, quality = net(inputs(batch).contiguous(memory_format=torch.channels_last))
        p = torch.sigmoid(logit)
        both, either = (p * truth).sum((1, 2)), (p + truth - p * truth).sum((1, 2))
        soft = 1 - (both + 1) / (either + 1)
        with torch.no_grad():
            hard = (p > 0.5).float()
            hit = (hard * truth).sum((1, 2)) / ((hard + truth - hard * truth).sum((1, 2)) + rest + 1e-6)
        loss = F.binary_cross_entropy_with_logits(logit, truth) + soft.mean() + F.binary_cross_entropy_with_logits(quality, hit)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5)
        optimizer.step()
        with torch.no_grad():
            keep = min(0.995, step / (step + 10))
            for k, v in net.state_dict().items():
                mean[k] = v.clone() if v.dtype == torch.int64 else mean[k] * keep + v * (1 - keep)
        seen.append((loss.item(), hit.mean().item()))
        step += 1
        if step % 50 == 0:
            l, h = np.mean(seen[-50:], 0)
            print(f"step {step}  {spent:.1%}  loss {l:.3f}  IoU {h:.3f}", flush=True)
        if step % 250 == 0:
            save(net, mean, args.out)
    save(net, mean, args.out)


def save(net, mean, path):
    other = Net()
    other.load_state_dict(mean)
    torch.save(mean, path + ".pt")
    write(other, path)


if __name__ == "__main__":
    main()
