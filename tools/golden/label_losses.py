"""Golden numbers for the losses over labels: test/golden/label-losses.json.

Needs numpy, keras and tensorflow-cpu (3.15 and 2.21 were used), torch (2.15), and the source of segmentation-models 1.0.1 (pip install
--no-deps segmentation-models; only its base/functional.py is loaded, with TensorFlow's functions as its backend):
  python3 tools/golden/label_losses.py
Values and gradients of the logits in double precision. Each loss is computed over the places that count alone, so a gradient of places
that do not is zero by construction.
"""
import importlib.util
import json
import pathlib
import types

import keras
import numpy as np
import tensorflow as tf
import torch

keras.config.set_floatx("float64")
rng = np.random.default_rng(11)


def draw(*shape, low=-4.0, high=4.0):
    """Numbers that float32 holds exactly, so that both sides start from the same ones."""
    return np.round(rng.uniform(low, high, shape) * 256) / 256


def labels_of(shape, classes, ignored):
    labels = rng.integers(0, classes, shape)
    labels[rng.uniform(size=shape) < 0.25] = ignored
    return labels


INPUTS = {
    "pixels": (draw(2, 4, 5, 3), labels_of((2, 4, 5), 3, 255)),
    "binaryPixels": (draw(2, 4, 5, 1), labels_of((2, 4, 5), 2, 255)),
    "images": (draw(8, 4), labels_of((8,), 4, -1)),
    "binaryImages": (draw(8, 1), labels_of((8,), 2, -1)),
}


def functional():
    root = importlib.util.find_spec("segmentation_models").submodule_search_locations[0]
    spec = importlib.util.spec_from_file_location("functional", pathlib.Path(root) / "base/functional.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


sm = functional()
BACKEND = types.SimpleNamespace(
    image_data_format=lambda: "channels_last",
    sum=lambda x, axis=None: tf.reduce_sum(x, axis),
    mean=lambda x, axis=None: tf.reduce_mean(x, axis),
)


def counting(labels, channels):
    return (labels >= 0) & (labels < max(channels, 2))


def rows(logits, labels):
    """Logits and labels of the places that count: [places, channels], [places]."""
    mask = counting(labels, logits.shape[-1])
    return tf.boolean_mask(logits, mask), labels[mask]


def one_hot(labels, channels):
    return labels[:, None] == (np.arange(channels) if channels > 1 else [1])


def with_tensorflow(name, loss):
    logits, labels = INPUTS[name]
    x = tf.Variable(logits)
    with tf.GradientTape() as tape:
        value = loss(x, labels)
    return value.numpy(), tf.convert_to_tensor(tape.gradient(value, x)).numpy()


def with_torch(name, loss):
    logits, labels = INPUTS[name]
    x = torch.tensor(logits, requires_grad=True)
    mask = torch.tensor(counting(labels, logits.shape[-1]))
    value = loss(x[mask], torch.tensor(labels)[mask])
    value.backward()
    return value.item(), x.grad.numpy()


def per_place(loss):
    """Of a Keras loss over one-hot rows of probabilities or logits."""

    def of(logits, labels):
        x, y = rows(logits, labels)
        return loss(one_hot(y, logits.shape[-1]).astype("float64"), x)

    return of


def activated(logits):
    return tf.sigmoid(logits) if logits.shape[-1] == 1 else tf.nn.softmax(logits)


def overlap(loss, over):
    """Of a loss over pictures [n, h, w, c]: those places that count as one row of pixels, of the batch or of each image."""

    def one(logits, labels):
        x, y = rows(logits, labels)
        g = one_hot(y, logits.shape[-1]).astype("float64")
        return loss(tf.constant(g)[None, None], activated(x)[None, None])

    def of(logits, labels):
        if over == "batch":
            return one(logits, labels)
        return tf.reduce_mean([one(logits[i : i + 1], labels[i : i + 1]) for i in range(len(labels))])

    return of


def sm_loss(score, **options):
    return lambda g, p: 1 - score(g, p, backend=BACKEND, **options)


def milletari(g, p):
    """V-Net, equation 3, a class."""
    numerator, denominator = 2 * tf.reduce_sum(p * g, [0, 1, 2]), tf.reduce_sum(p**2 + g**2, [0, 1, 2])
    return 1 - tf.reduce_mean((numerator + 1e-5) / (denominator + 1e-5))


def tversky(alpha, beta, weights):
    """Salehi et al. 2017, equation 3, a class, written with both sides' complements as there."""

    def loss(g, p):
        hit, fp, fn = (tf.reduce_sum(v, [0, 1, 2]) for v in (p * g, p * (1 - g), (1 - p) * g))
        score = (hit + 1e-5) / (hit + alpha * fp + beta * fn + 1e-5)
        return 1 - tf.reduce_sum(score * weights) / sum(weights)

    return loss


def torch_entropy(weights=None, smoothing=0.0):
    w = None if weights is None else torch.tensor(weights, dtype=torch.float64)
    return lambda x, y: torch.nn.functional.cross_entropy(x, y.long(), weight=w, label_smoothing=smoothing)


def torch_binary_entropy(weights, smoothing=0.0):
    """The two classes' logits are 0 and x."""
    entropy = torch_entropy(weights, smoothing)
    return lambda x, y: entropy(torch.cat([torch.zeros_like(x), x], 1), y)


def cases():
    losses, three = keras.losses, [1.0, 2.0, 0.5]
    ce, dice, jac, tv, fo = ({"kind": k} for k in ("cross-entropy", "dice", "jaccard", "tversky", "focal"))
    w2, w3, w4 = [0.75, 0.25], three, [1.0, 2.0, 0.5, 4.0]
    yield "pixels", ce, with_torch("pixels", torch_entropy())
    yield "pixels", {**ce, "classWeights": w3, "labelSmoothing": 0.1}, with_torch("pixels", torch_entropy(w3, 0.1))
    for smoothing in (0, 0.1):
        keras_binary = per_place(losses.BinaryCrossentropy(from_logits=True, label_smoothing=smoothing))
        yield "binaryPixels", {**ce, "labelSmoothing": smoothing}, with_tensorflow("binaryPixels", keras_binary)
    yield "binaryImages", {**ce, "classWeights": w2, "labelSmoothing": 0.2}, with_torch("binaryImages", torch_binary_entropy(w2, 0.2))
    keras_categorical = per_place(losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.05))
    yield "images", {**ce, "labelSmoothing": 0.05}, with_tensorflow("images", keras_categorical)
    yield "images", {**ce, "classWeights": w4}, with_torch("images", torch_entropy(w4))
    for name in ("pixels", "binaryPixels"):
        for over in ("batch", "image"):
            yield name, {**dice, "over": over}, with_tensorflow(name, overlap(sm_loss(sm.f_score), over))
            yield name, {**jac, "over": over}, with_tensorflow(name, overlap(sm_loss(sm.iou_score), over))
    yield "pixels", {**dice, "smooth": 1}, with_tensorflow("pixels", overlap(sm_loss(sm.f_score, smooth=1), "batch"))
    # segmentation_models multiplies by the weights and divides by the number of classes, here also the weights' sum.
    weighted = sm_loss(sm.f_score, class_weights=np.array([0.0, 1.0, 2.0]))
    yield "pixels", {**dice, "classWeights": [0, 1, 2]}, with_tensorflow("pixels", overlap(weighted, "batch"))
    yield "pixels", {**dice, "squared": True}, with_tensorflow("pixels", overlap(milletari, "batch"))
    yield "binaryPixels", {**dice, "squared": True, "over": "image"}, with_tensorflow("binaryPixels", overlap(milletari, "image"))
    yield "binaryPixels", tv, with_tensorflow("binaryPixels", overlap(tversky(0.3, 0.7, [1.0]), "batch"))
    ab = {"falsePositives": 0.6, "falseNegatives": 0.2, "over": "image", "classWeights": w3}
    yield "pixels", {**tv, **ab}, with_tensorflow("pixels", overlap(tversky(0.6, 0.2, w3), "image"))
    keras_focal = per_place(losses.BinaryFocalCrossentropy(apply_class_balancing=True, alpha=0.25, gamma=2, from_logits=True))
    yield "binaryPixels", {**fo, "classWeights": w2}, with_tensorflow("binaryPixels", keras_focal)
    keras_focal = per_place(losses.BinaryFocalCrossentropy(gamma=1.5, from_logits=True))
    yield "binaryImages", {**fo, "gamma": 1.5}, with_tensorflow("binaryImages", keras_focal)
    for gamma in (0, 0.5, 2):
        keras_focal = per_place(losses.CategoricalFocalCrossentropy(alpha=w3, gamma=gamma, from_logits=True))
        yield "pixels", {**fo, "gamma": gamma, "classWeights": w3}, with_tensorflow("pixels", keras_focal)
    mse = per_place(lambda g, x: tf.reduce_mean(losses.mean_squared_error(g, activated(x))))
    for name in INPUTS:
        yield name, {"kind": "squared-error"}, with_tensorflow(name, mse)
    both = with_torch("pixels", torch_entropy()), with_tensorflow("pixels", overlap(sm_loss(sm.f_score), "batch"))
    parts = [{"weight": 0.5, "loss": ce}, {"weight": 2, "loss": dice}]
    yield "pixels", {"kind": "combined", "parts": parts}, tuple(0.5 * a + 2 * b for a, b in zip(*both))


def numbers(x):
    return [float(f"{v:.9g}") for v in np.asarray(x, dtype="float64").reshape(-1)]


golden = {
    "inputs": {
        name: {"shape": list(x.shape), "logits": numbers(x), "labels": [int(v) for v in y.reshape(-1)]} for name, (x, y) in INPUTS.items()
    },
    "cases": [
        {"input": name, "settings": settings, "loss": float(value), "gradient": numbers(gradient)}
        for name, settings, (value, gradient) in cases()
    ],
}

path = pathlib.Path(__file__).parents[2] / "test/golden/label-losses.json"
path.write_text(json.dumps(golden) + "\n")
