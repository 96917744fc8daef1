"""Golden forward passes of U-Net on EfficientNet from Keras: test/golden/unet-efficientnet.json and test/golden/weights/efficientnet.*.

    python3 -m venv venv && venv/bin/pip install tensorflow-cpu h5py safetensors && venv/bin/python tools/golden/unet_efficientnet.py

Written apart from the product's network, in plain Keras layers under the names that segmentation_models and its EfficientNet give them.
The encoder is held against keras.applications with the same weights on the way. Weights are drawn by a hash that the tests repeat
(test/engine/models/hashed.ts); the logits of the whole picture are kept, of the inner maps some numbers.
"""

import base64
import json
import math
import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import h5py
import keras
import numpy as np
from keras import layers as L

GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "test" / "golden"
M32 = 0xFFFFFFFF
MEAN = np.array([0.485, 0.456, 0.406], "float32")
STD = np.array([0.229, 0.224, 0.225], "float32")
# Kernel, repeats, filters in, filters out, expansion, stride (the paper's table 1).
STAGES = [(3, 1, 32, 16, 1, 1), (3, 2, 16, 24, 6, 2), (5, 2, 24, 40, 6, 2), (3, 3, 40, 80, 6, 2), (5, 3, 80, 112, 6, 1), (5, 4, 112, 192, 6, 2), (3, 1, 192, 320, 6, 1)]
SCALES = {"b0": (1.0, 1.0), "b1": (1.0, 1.1), "b2": (1.1, 1.2), "b3": (1.2, 1.4), "b4": (1.4, 1.8), "b5": (1.6, 2.2), "b6": (1.8, 2.6), "b7": (2.0, 3.1)}
CASES = {"b0": (64, 96), "b3": (64, 64)}
# More of the family, of which the logits alone are kept.
OTHERS = ("b1", "b2", "b4", "b5", "b6", "b7")
SKIPS = ["block6a_expand_activation", "block4a_expand_activation", "block3a_expand_activation", "block2a_expand_activation"]


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


RANGES = {"gamma": (0.8, 1.2), "beta": (-0.2, 0.2), "moving_mean": (-0.2, 0.2), "moving_variance": (0.6, 1.4), "bias": (-0.3, 0.3)}


def drawn(name: str, shape) -> np.ndarray:
    """Uniform numbers; a kernel's have variance 2 / fan-in."""
    kind = name.split("/")[-1]
    low, high = RANGES.get(kind, (0, 0))
    if kind == "kernel":
        fan_in = shape[0] * shape[1] * (1 if "dwconv" in name else shape[2])
        high = math.sqrt(6 / fan_in)
        low = -high
    return (low + (high - low) * hashed(name, int(np.prod(shape)))).astype("float32").reshape(shape)


def variables(model: keras.Model):
    for layer in model.layers:
        for v in layer.weights:
            yield f"{layer.name}/{v.name}", v


def round_filters(filters: float, width: float) -> int:
    filters *= width
    new = max(8, int(filters + 4) // 8 * 8)
    return int(new + 8 if new < 0.9 * filters else new)


def conv(x, filters, kernel, name, stride=1, bias=False):
    return L.Conv2D(filters, kernel, stride, "same", use_bias=bias, name=name)(x)


def norm(x, name):
    return L.BatchNormalization(momentum=0.99, epsilon=1e-3, name=name)(x)


def swish(x, name):
    return L.Activation("swish", name=name)(x)


def block(x, prefix, kernel, stride, filters_in, filters_out, expand):
    y = x
    if expand != 1:
        y = swish(norm(conv(y, filters_in * expand, 1, f"{prefix}_expand_conv"), f"{prefix}_expand_bn"), f"{prefix}_expand_activation")
    y = L.DepthwiseConv2D(kernel, stride, "same", use_bias=False, name=f"{prefix}_dwconv")(y)
    y = swish(norm(y, f"{prefix}_bn"), f"{prefix}_activation")
    se = L.GlobalAveragePooling2D(keepdims=True, name=f"{prefix}_se_squeeze")(y)
    se = swish(conv(se, max(1, int(filters_in * 0.25)), 1, f"{prefix}_se_reduce", bias=True), f"{prefix}_se_swish")
    se = L.Activation("sigmoid", name=f"{prefix}_se_gate")(conv(se, filters_in * expand, 1, f"{prefix}_se_expand", bias=True))
    y = L.Multiply(name=f"{prefix}_se_excite")([y, se])
    y = norm(conv(y, filters_out, 1, f"{prefix}_project_conv"), f"{prefix}_project_bn")
    return L.Add(name=f"{prefix}_add")([y, x]) if stride == 1 and filters_in == filters_out else y


def encoder(variant: str, height, width) -> keras.Model:
    across, deep = SCALES[variant]
    image = keras.Input((height, width, 3), name="image")
    x = swish(norm(conv(image, round_filters(32, across), 3, "stem_conv", 2), "stem_bn"), "stem_activation")
    for number, (kernel, repeats, before, after, expand, stride) in enumerate(STAGES, 1):
        before, after = round_filters(before, across), round_filters(after, across)
        for i in range(math.ceil(deep * repeats)):
            x = block(x, f"block{number}{chr(97 + i)}", kernel, stride if i == 0 else 1, before if i == 0 else after, after, expand)
    x = swish(norm(conv(x, round_filters(1280, across), 1, "top_conv"), "top_bn"), "top_activation")
    return keras.Model(image, x)


def unet(variant: str, height=None, width=None) -> keras.Model:
    base = encoder(variant, height, width)
    x = base.output
    for stage, filters in enumerate((256, 128, 64, 32, 16)):
        x = L.UpSampling2D(2, name=f"decoder_stage{stage}_upsampling")(x)
        if stage < len(SKIPS):
            x = L.Concatenate(name=f"decoder_stage{stage}_concat")([x, base.get_layer(SKIPS[stage]).output])
        for part in "ab":
            x = norm(conv(x, filters, 3, f"decoder_stage{stage}{part}_conv"), f"decoder_stage{stage}{part}_bn")
            x = L.ReLU(name=f"decoder_stage{stage}{part}_relu")(x)
    return keras.Model(base.input, L.Activation("sigmoid", name="sigmoid")(conv(x, 1, 3, "final_conv", bias=True)))


def picture(height: int, width: int) -> np.ndarray:
    """Noise over a coarse pattern, so that all scales are met; 0..255."""
    fine = hashed("fine", height * width * 3).reshape(height, width, 3)
    coarse = hashed("coarse", (height // 16) * (width // 16) * 3).reshape(height // 16, width // 16, 3)
    return np.floor(64 * fine + 192 * coarse.repeat(16, 0).repeat(16, 1))[None].astype("float32")


def check_encoder(variant: str, image: np.ndarray) -> float:
    """keras.applications with the same weights: its padding by hand before strides is the same zeros."""
    keras.backend.clear_session()  # Layers without a name are numbered on otherwise.
    ours = encoder(variant, *image.shape[1:3])
    theirs = getattr(keras.applications, f"EfficientNet{variant.upper()}")(include_top=False, weights=None, input_shape=image.shape[1:])
    for model in (ours, theirs):
        for name, v in variables(model):
            if not name.startswith("normalization"):
                v.assign(drawn(name, v.shape))
    normalization = theirs.get_layer("normalization")
    normalization.adapt_mean.assign(MEAN)
    normalization.adapt_variance.assign(STD**2)
    normalization.finalize_state()
    a, b = ours.predict((image / 255 - MEAN) / STD, verbose=0), theirs.predict(image, verbose=0)
    return float(np.abs(a - b).max() / np.abs(b).max())


def statistics(values: np.ndarray) -> dict:
    flat = values.astype("float64").reshape(-1)
    picks = [int(i * (len(flat) - 1) / 19) for i in range(20)]
    return {"shape": list(values.shape), "mean": flat.mean(), "std": flat.std(), "some": [[i, flat[i]] for i in picks]}


# Residual branches of so deep networks are damped: undamped, B7's logits (of a spread of 30) move by 93 where its picture moves by one part in ten
# million, and nothing could be told from any of its numbers.
DAMPED = 0.5


def forward(variant: str, height: int, width: int, damped: bool = False) -> dict:
    model = unet(variant, height, width)
    for name, v in variables(model):
        v.assign(drawn(name, v.shape) * (DAMPED if damped and name.endswith("project_bn/gamma") else 1))
    taps = SKIPS + ["top_activation"]
    whole = keras.Model(model.input, [model.get_layer(tap).output for tap in taps] + [model.get_layer("final_conv").output])
    *maps, logits = whole.predict((picture(height, width) / 255 - MEAN) / STD, verbose=0)
    found = {tap: statistics(value) for tap, value in zip(taps, maps)}
    return {
        "height": height,
        "width": width,
        "variables": [name for name, _ in variables(model)],
        "maps": found,
        "logits": base64.b64encode(logits.astype("<f4").tobytes()).decode(),
    }


def some_files() -> None:
    """The first layers and one decoder layer of B0 as files of each age of Keras, numbers drawn as above."""
    keras.backend.clear_session()
    image = keras.Input((8, 8, 3), name="image")
    x = norm(conv(image, 32, 3, "stem_conv", 2), "stem_bn")
    x = L.DepthwiseConv2D(3, padding="same", use_bias=False, name="block1a_dwconv")(x)
    narrow = conv(x, 8, 1, "block1a_se_reduce", bias=True)
    model = keras.Model(image, [L.Conv2D(1, 1, name="predictions")(narrow), conv(x, 16, 3, "decoder_stage4a_conv")])
    for name, v in variables(model):
        v.assign(drawn(name, v.shape))
    model.save(GOLDEN / "weights" / "efficientnet.keras")
    with h5py.File(GOLDEN / "weights" / "efficientnet-keras2.h5", "w") as file:  # as the files of keras.applications are laid out
        for name, v in variables(model):
            layer, kind = name.split("/")
            kind = "depthwise_kernel" if layer.endswith("dwconv") else kind
            file[f"{layer}/{layer}/{kind}:0"] = v.numpy()
        file["normalization/normalization/mean:0"] = MEAN


def main():
    odd = {variant: check_encoder(variant, picture(*size)) for variant, size in {"b0": (80, 112), "b3": (64, 64)}.items()}
    print("encoder against keras.applications, relative:", odd)
    assert max(odd.values()) < 1e-4, odd
    forwards = {variant: forward(variant, *size) for variant, size in CASES.items()}
    for variant, result in forwards.items():
        for tap, s in result["maps"].items():
            print(variant, tap, s["shape"], round(s["mean"], 3), round(s["std"], 3))
    logits = {variant: {"height": 32, "width": 64, "logits": forward(variant, 32, 64, damped=True)["logits"]} for variant in OTHERS}
    result = {
        "versions": {"keras": keras.__version__},
        "parameters": {variant: unet(variant).count_params() for variant in SCALES},
        "forward": forwards,
        "logits": logits,
    }
    some_files()
    (GOLDEN / "unet-efficientnet.json").write_text(json.dumps(result, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
