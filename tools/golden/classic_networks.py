"""Golden values of the classic networks from Keras: test/golden/classic-networks.json, and small weight files in test/golden/weights/.

    python3 -m venv venv && venv/bin/pip install tensorflow-cpu==2.21.0 keras==3.15.1 h5py
    venv/bin/python tools/golden/classic_networks.py

Weights and pictures are drawn by a hash that the tests repeat (test/engine/models/hashed.ts), parameter by parameter in Keras's order, so
that only results are kept.
"""

import json
import math
import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf

L = keras.layers
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


def spread(name: str, shape, low: float, high: float) -> np.ndarray:
    count = int(np.prod(shape))
    return (low + (high - low) * hashed(name, count)).astype(np.float32).reshape(shape)


def limits(weight) -> tuple[float, float]:
    """He-uniform kernels (by the inputs of one output), so that activations keep their size; nothing at a value that hides a mistake."""
    kind = weight.path.split("/")[-1]
    if kind == "kernel":
        transposed = "transpose" in weight.path
        inputs = weight.shape[-1] if transposed else int(np.prod(weight.shape[:-1]))
        limit = math.sqrt(6 / inputs)
        return -limit, limit
    return {"gamma": (0.5, 1.5), "moving_variance": (0.5, 1.5)}.get(kind, (-0.1, 0.1))


def draw(model: keras.Model, name: str) -> keras.Model:
    model.set_weights([spread(f"{name}/{i}", w.shape, *limits(w)) for i, w in enumerate(model.weights)])
    return model


def pixels(name: str, shape) -> np.ndarray:
    return np.floor(hashed(name, int(np.prod(shape))) * 256).astype(np.float32).reshape(shape) / np.float32(255)


def cnn(outputs: int, width: int = 64, name=lambda i: None) -> keras.Model:
    layers = [L.Input((70, 70, 1))]
    for i in range(3):
        layers += [L.Conv2D(width, 3, activation="relu", name=name(i)), L.MaxPooling2D(2)]
    layers += [L.Flatten(), *(L.Dense(width, activation="relu", name=name(i)) for i in (3, 4)), L.Dense(outputs, name=name(5))]
    return keras.Sequential(layers)


def norm_relu(x):
    return L.Activation("relu")(L.BatchNormalization()(x))


def autoencoder(width: int = 64) -> keras.Model:
    image = x = keras.Input((128, 128, 3))
    for filters in (width, 2 * width, 4 * width):
        for _ in range(2):
            x = norm_relu(L.Conv2D(filters, 3, padding="same")(x))
        x = L.MaxPooling2D(2)(x)
    for filters in (4 * width, 2 * width, width):
        for _ in range(2):
            x = norm_relu(L.Conv2D(filters, 3, padding="same")(x))
        x = L.UpSampling2D(2)(x)
    return keras.Model(image, L.Conv2D(3, 1, activation="sigmoid")(x))


def unet(outputs: int, width: int = 64) -> keras.Model:
    image = x = keras.Input((None, None, 3))
    maps = []
    for block, layers in enumerate((2, 2, 3, 3)):
        for layer in range(layers):
            x = norm_relu(L.Conv2D(width << block, 3, padding="same", name=f"block{block + 1}_conv{layer + 1}")(x))
        maps.append(x)
        if block < 3:
            x = L.MaxPooling2D(2)(x)
    for block in (2, 1, 0):
        x = norm_relu(L.Conv2DTranspose(width << block, 2, strides=2, padding="same")(x))
        x = L.Concatenate()([x, maps[block]])
        for _ in range(2):
            x = norm_relu(L.Conv2D(width << block, 3, padding="same")(x))
    return keras.Model(image, L.Conv2D(outputs, 3, padding="same")(x))


def binary(y, z):
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(y, z))


def categorical(y, z):
    return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(y, z))


def squared(y, p):
    return tf.reduce_mean(tf.square(y - p))


def some(values: np.ndarray) -> list:
    flat = values.reshape(-1)
    count = min(60, len(flat))
    picks = [int(i * (len(flat) - 1) / max(1, count - 1)) for i in range(count)]
    return [[i, float(flat[i])] for i in picks]


def statistics(values: np.ndarray) -> dict:
    double = values.astype(np.float64)
    return {"shape": list(values.shape), "mean": float(double.mean()), "std": float(double.std()), "some": some(values)}


def losses(model: keras.Model, image: np.ndarray, target: np.ndarray, loss, steps: int = 4) -> list[float]:
    """The loss before each of some steps of Adam, batch norms in training."""
    optimizer = keras.optimizers.Adam(1e-4)
    found = []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            value = loss(target, model(image, training=True))
        optimizer.apply(tape.gradient(value, model.trainable_variables), model.trainable_variables)
        found.append(float(value))
    return found


def case(name: str, model: keras.Model, image_shape, train_shape, loss, target) -> dict:
    draw(model, name)
    result = {"parameters": model.count_params(), "image": list(image_shape)}
    result["output"] = statistics(np.asarray(model(pixels(f"{name}/image", image_shape), training=False)))
    picture = pixels(f"{name}/training", train_shape)
    result["training"] = {"image": list(train_shape), "losses": losses(model, picture, target(picture), loss)}
    return result


def one_hot(name: str, shape, classes: int) -> np.ndarray:
    return np.eye(classes, dtype=np.float32)[np.floor(hashed(name, int(np.prod(shape))) * classes).astype(int).reshape(shape)]


def networks() -> dict:
    return {
        "cnn-70": case("cnn-70", cnn(1), (4, 70, 70, 1), (8, 70, 70, 1), binary, lambda _: np.floor(2 * hashed("cnn-70/labels", 8)).astype(np.float32).reshape(8, 1)),
        "autoencoder-128": case("autoencoder-128", autoencoder(), (1, 128, 128, 3), (1, 128, 128, 3), squared, lambda picture: picture),
        "unet": case("unet", unet(2), (1, 64, 48, 3), (2, 32, 32, 3), categorical, lambda _: one_hot("unet/labels", (2, 32, 32), 2)),
    }


def weight_files() -> None:
    """Narrow networks as people save them: a .keras file with its optimiser, weights alone, a whole model in the older format."""
    out = GOLDEN / "weights"
    narrow = draw(cnn(3, 2), "narrow/cnn-70")
    narrow.compile("adam", "mse")
    narrow.optimizer.build(narrow.trainable_variables)
    narrow.save(out / "cnn-70.keras")
    draw(unet(2, 1), "narrow/unet").save_weights(out / "unet.weights.h5")
    # Names whose order in the alphabet is not that of the layers.
    draw(cnn(3, 2, lambda i: f"layer_{9 - i}"), "narrow/cnn-70").save(out / "cnn-70.h5")


if __name__ == "__main__":
    result = {"versions": {"keras": keras.__version__, "tensorflow": tf.__version__}, "networks": networks()}
    (GOLDEN / "classic-networks.json").write_text(json.dumps(result, separators=(",", ":")) + "\n")
    weight_files()
