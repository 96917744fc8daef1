"""Golden forward passes of the networks on EfficientNet-Lite0 from Keras: test/golden/lite0-networks.json.

    python3 -m venv venv && venv/bin/pip install tensorflow-cpu==2.21.0 keras==3.15.1
    venv/bin/python tools/golden/lite0_networks.py

Written apart from the product's networks, in plain Keras layers. Weights and pictures are drawn by a hash that the tests repeat
(test/engine/models/classic-cases.ts), array by array in the order in which the layers are made, so that only results are kept.
"""

import json
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
from classic_networks import GOLDEN, L, hashed, limits, spread, statistics

# Kernel, repeats, filters, expansion, stride (Tan & Le 2019, table 1; the Lite variant has no squeeze-and-excite, and ReLU6).
STAGES = [(3, 1, 16, 1, 1), (3, 2, 24, 6, 2), (5, 2, 40, 6, 2), (3, 3, 80, 6, 2), (5, 3, 112, 6, 1), (5, 4, 192, 6, 2), (3, 1, 320, 6, 1)]


def drawn_between(weight):
    """Of a depthwise kernel one output has the inputs of its own channel alone."""
    if not (weight.path.startswith("depthwise") and weight.path.endswith("kernel")):
        return limits(weight)
    limit = (6 / (weight.shape[0] * weight.shape[1])) ** 0.5
    return -limit, limit


class Network:
    """Layers in the order in which they are made."""

    def __init__(self):
        self.layers = []

    def add(self, layer, x):
        self.layers.append(layer)
        return layer(x)

    def conv(self, x, filters, kernel, stride=1, bias=False):
        return self.add(L.Conv2D(filters, kernel, stride, "same", use_bias=bias), x)

    def normed(self, x, filters, kernel, stride=1, frozen=False):
        """A frozen layer carries its batch norm as a bias. Without filters: depthwise."""
        layer = L.DepthwiseConv2D(kernel, stride, "same", use_bias=frozen) if filters is None else L.Conv2D(filters, kernel, stride, "same", use_bias=frozen)
        y = self.add(layer, x)
        return y if frozen else self.add(L.BatchNormalization(epsilon=1e-3), y)

    def encoder(self, x, blocks, frozen):
        x = L.ReLU(6.0)(self.normed(x, 32, 3, 2, True))
        found = []
        for kernel, repeats, filters, expand, stride in STAGES:
            for i in range(repeats):
                if len(found) == blocks:
                    return found
                found.append(self.block(x, kernel, filters, expand, stride if i == 0 else 1, len(found) < frozen))
                x = found[-1]
        return found

    def block(self, x, kernel, filters, expand, stride, frozen):
        y = x
        if expand > 1:
            y = L.ReLU(6.0)(self.normed(y, x.shape[-1] * expand, 1, frozen=frozen))
        y = L.ReLU(6.0)(self.normed(y, None, kernel, stride, frozen))
        y = self.normed(y, filters, 1, frozen=frozen)
        return L.Add()([y, x]) if stride == 1 and x.shape[-1] == filters else y

    def draw(self, name):
        weights = [w for layer in self.layers for w in layer.weights]
        for i, w in enumerate(weights):
            w.assign(spread(f"{name}/{i}", w.shape, *drawn_between(w)))
        return sum(int(np.prod(w.shape)) for w in weights)


def relu_normed(net, x, filters, kernel=3):
    return L.ReLU()(net.normed(x, filters, kernel))


def doubled(x):
    return L.UpSampling2D(2, interpolation="bilinear")(x)


def classifier(net, x, classes):
    features = L.ReLU(6.0)(net.normed(net.encoder(x, 16, 3)[-1], 1280, 1))
    return {"features": features, "logits": net.add(L.Dense(classes), L.GlobalAveragePooling2D()(features))}


def unet(net, x, classes):
    blocks = net.encoder(x, 15, 1)
    x = blocks[14]
    for skip, filters in ((10, 128), (4, 64), (2, 48), (0, 32)):
        x = L.Concatenate()([doubled(x), blocks[skip]])
        for _ in range(2):
            x = relu_normed(net, x, filters)
    # The background, the classes, the distance to an object's edge.
    return {"logits": doubled(net.conv(x, classes + 2, 3, bias=True))}


def cells(net, x, classes):
    blocks = net.encoder(x, 15, 3)
    above = None
    for block in (14, 10, 4):
        side = net.normed(blocks[block], 64, 1)
        merged = side if above is None else L.Add()([side, doubled(above)])
        above = relu_normed(net, L.ReLU()(merged), 64)
    outputs = {}
    for kind, values in (("class", classes), ("box", 4)):
        x = above
        for _ in range(2):
            x = relu_normed(net, x, 64)
        outputs[kind] = L.Reshape((-1, values))(net.conv(x, values, 3, bias=True))
    return outputs


def golden(name, build, classes, shape):
    keras.backend.clear_session()
    net = Network()
    image = keras.Input(shape[1:])
    model = keras.Model(image, build(net, image, classes))
    parameters = net.draw(name)
    assert parameters == model.count_params()
    picture = np.floor(hashed(f"{name}/image", int(np.prod(shape))) * 256).astype(np.float32).reshape(shape)
    outputs = model((picture - 127) / 128, training=False)
    found = {output: statistics(np.asarray(values)) for output, values in outputs.items()}
    print(name, parameters, {output: (one["shape"], round(one["mean"], 3), round(one["std"], 3)) for output, one in found.items()})
    return {"parameters": parameters, "classes": classes, "image": list(shape), "outputs": found}


if __name__ == "__main__":
    cases = {"classifier-lite0": (classifier, 3, (2, 64, 96, 3)), "unet-lite0": (unet, 2, (1, 64, 96, 3)), "cells-lite0": (cells, 3, (1, 96, 64, 3))}
    networks = {name: golden(name, *case) for name, case in cases.items()}
    result = {"versions": {"keras": keras.__version__}, "networks": networks}
    (GOLDEN / "lite0-networks.json").write_text(json.dumps(result, separators=(",", ":")) + "\n")
