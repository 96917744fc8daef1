"""Golden Grad-CAM maps (Selvaraju et al., ICCV 2017) of narrow classifiers of the layout of cnn-70, from Keras: test/golden/grad-cam.json.

    python3 -m venv venv && venv/bin/pip install tensorflow-cpu==2.21.0 keras==3.15.1 h5py
    venv/bin/python tools/golden/grad_cam.py

For each class: its score before softmax or sigmoid, the gradient of it by the last convolution's activations as TensorFlow finds it, the mean
of that over the places as the weight of each channel, and the weighted sum of the activations, before the paper's ReLU.
"""

import json

from classic_networks import GOLDEN, cnn, draw, keras, np, pixels, tf


def through(layers, values):
    for layer in layers:
        values = layer(values)
    return values


def maps(name: str, outputs: int) -> dict:
    model = draw(cnn(outputs, 8), name)
    last = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)][-1]
    at = model.layers.index(last) + 1
    image = tf.constant(pixels(f"{name}/image", (1, 70, 70, 1)))
    signs = [(0, -1), (0, 1)] if outputs == 1 else [(k, 1) for k in range(outputs)]
    found = []
    for unit, sign in signs:
        features = through(model.layers[:at], image)
        with tf.GradientTape() as tape:
            tape.watch(features)
            logits = through(model.layers[at:], features)
            score = sign * logits[0, unit]
        weights = tf.reduce_mean(tape.gradient(score, features), axis=(1, 2))
        found.append([float(f"{v:.7g}") for v in np.asarray(tf.reduce_sum(weights[:, None, None, :] * features, axis=-1)).reshape(-1)])
        assert np.allclose(logits, model(image, training=False), atol=1e-5)
    return {"classes": len(signs), "width": 8, "size": 14, "maps": found}


if __name__ == "__main__":
    result = {"versions": {"keras": keras.__version__, "tensorflow": tf.__version__}}
    result["cases"] = {name: maps(name, outputs) for name, outputs in (("grad-cam/two", 1), ("grad-cam/three", 3))}
    (GOLDEN / "grad-cam.json").write_text(json.dumps(result, separators=(",", ":")) + "\n")
