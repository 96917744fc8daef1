"""The rival: Python Keras with the same network, driven over stdin and stdout by train-step.ts, inference.ts and keras-weights.ts of bench/.

    python3 -m venv ../keras && ../keras/bin/pip install tensorflow-cpu==2.21.0

Reads one JSON line a command, answers with one JSON line. {"do": "load", "network": ..., ...} builds, {"do": "train", "steps": n} and
{"do": "predict", "runs": n} answer with milliseconds; {"do": "weights", "file": x.h5, "by_name": ...} fills the built network from a file and
answers with what it predicts of the pixels that were sent.
"""

import json
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # Whatever TensorFlow prints goes to stderr.

import keras
import numpy as np
import tensorflow as tf

L = keras.layers


def named(o):
    """Layers bear the names that the exported files give them."""
    return o["name"].replace("/", ".")


def same(pad):
    return pad if pad in ("same", "valid") else "valid"


def padded(x, pad):
    return L.ZeroPadding2D(pad)(x) if isinstance(pad, int) and pad > 0 else x


def conv(x, o):
    pad = o.get("pad", "same")
    layer = L.Conv2D(o["filters"], o["kernel"], o.get("stride", 1), same(pad), dilation_rate=o.get("dilation", 1), use_bias=o.get("bias", False), name=named(o))
    layer.trainable = not o.get("frozen", False)
    return layer(padded(x, pad))


def depthwise(x, o):
    pad = o.get("pad", "same")
    layer = L.DepthwiseConv2D(o["kernel"], o.get("stride", 1), same(pad), dilation_rate=o.get("dilation", 1), use_bias=o.get("bias", False), name=named(o))
    layer.trainable = not o.get("frozen", False)
    return layer(padded(x, pad))


def conv_transpose(x, o):
    layer = L.Conv2DTranspose(o["filters"], o["kernel"], o["kernel"], use_bias=o.get("bias", False), name=named(o))
    layer.trainable = not o.get("frozen", False)
    return layer(x)


def pool_pad(o):
    around = o["stride"] == 1 and o["pad"] == o["size"] // 2
    return "same" if around or o["pad"] == "ceil" else o["pad"]


def dense_layer(x, o):
    layer = L.Dense(o["units"], use_bias=o.get("bias", False), name=named(o))
    layer.trainable = not o.get("frozen", False)
    return layer(x)


def batch_norm(x, o):
    layer = L.BatchNormalization(momentum=1 - o["momentum"], epsilon=o["epsilon"], name=named(o))
    layer.trainable = not o.get("frozen", False)
    return layer(x)


class Scale(L.Layer):
    def __init__(self, init, per_channel, name):
        super().__init__(name=name)
        self.init, self.per_channel = init, per_channel

    def build(self, shape):
        size = (shape[-1],) if self.per_channel else ()
        self.factor = self.add_weight(shape=size, initializer=keras.initializers.Constant(self.init))

    def call(self, x):
        return x * self.factor


BUILD = {
    "conv": lambda xs, o: conv(xs[0], o),
    "depthwiseConv": lambda xs, o: depthwise(xs[0], o),
    "convTranspose": lambda xs, o: conv_transpose(xs[0], o),
    "dense": lambda xs, o: dense_layer(xs[0], o),
    "flatten": lambda xs, o: L.Flatten()(xs[0]),
    "batchNorm": lambda xs, o: batch_norm(xs[0], o),
    "relu": lambda xs, o: L.ReLU()(xs[0]),
    "relu6": lambda xs, o: L.ReLU(6.0)(xs[0]),
    "sigmoid": lambda xs, o: L.Activation("sigmoid")(xs[0]),
    "swish": lambda xs, o: L.Activation("swish")(xs[0]),
    "exp": lambda xs, o: keras.ops.exp(xs[0]),
    "clip": lambda xs, o: keras.ops.clip(xs[0], o["low"], o["high"]),
    "affine": lambda xs, o: xs[0] * o["a"] + o["b"],
    "scale": lambda xs, o: Scale(o["init"], o["perChannel"], named(o))(xs[0]),
    "add": lambda xs, o: L.Add()(xs),
    "multiply": lambda xs, o: L.Multiply()(xs),
    "globalAveragePool": lambda xs, o: L.GlobalAveragePooling2D(keepdims=True)(xs[0]),
    "dropout": lambda xs, o: L.Dropout(o["rate"])(xs[0]),
    "dropConnect": lambda xs, o: L.Dropout(o["rate"], noise_shape=(None, 1, 1, 1))(xs[0]),
    "concat": lambda xs, o: L.Concatenate()(xs) if len(xs) > 1 else xs[0],
    "concatRows": lambda xs, o: L.Concatenate(axis=1)(xs) if len(xs) > 1 else xs[0],
    "maxPool": lambda xs, o: L.MaxPooling2D(o["size"], o["stride"], pool_pad(o))(xs[0]),
    "upsampleBilinear": lambda xs, o: L.UpSampling2D(2, interpolation="bilinear")(xs[0]),
    "upsampleNearest": lambda xs, o: L.UpSampling2D(o["factor"])(xs[0]),
    "l2Normalize": lambda xs, o: L.UnitNormalization(-1)(xs[0]),
    "toRows": lambda xs, o: L.Reshape((-1, o["values"]))(xs[0]),
}


def build(network, height, width):
    image = keras.Input((height, width, network["channels"]))
    factor = 1 / np.array(network["scale"], "float32")
    values = [image * factor - np.array(network["mean"], "float32") * factor]
    for o in network["ops"]:
        values.append(BUILD[o["op"]]([values[i] for i in o["inputs"]], o))
    return keras.Model(image, {name: values[i] for name, i in network["outputs"].items()})


def bce_dice(y, p):
    y, p = y["mask"], p["mask"]
    c = tf.clip_by_value(p, 1e-6, 1 - 1e-6)
    entropy = tf.reduce_mean(y * tf.math.log(c) + (1 - y) * tf.math.log(1 - c))
    dice = (2 * tf.reduce_sum(y * p) + 1) / (tf.reduce_sum(y) + tf.reduce_sum(p) + 1)
    return 1 - dice - entropy


def dense(y, p):
    x, z = p["class"], y["class"]
    return tf.reduce_mean(tf.nn.softplus(x) - x * z) + tf.reduce_mean(tf.abs(p["box"] - y["box"]))


def logits(y, p):
    x, z = p["logits"], y["logits"]
    return tf.reduce_mean(tf.nn.softplus(x) - x * z)


def squared(y, p):
    return tf.reduce_mean(tf.square(p["reconstruction"] - y["reconstruction"]))


LOSSES = {"bce-dice": bce_dice, "dense": dense, "logits": logits, "squared": squared}


class Trained(keras.Model):
    """train_on_batch with a loss over all outputs at once."""

    def __init__(self, inner, loss):
        super().__init__()
        self.inner, self.whole = inner, loss

    def call(self, x, training=False):
        return self.inner(x, training=training)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return self.whole(y, y_pred)


def optimizer(o):
    common = dict(learning_rate=1e-3, beta_1=o["beta1"], beta_2=o["beta2"], epsilon=o["epsilon"])
    clip = o["clipNorm"] or None
    ema = dict(use_ema=o["ema"] > 0, ema_momentum=o["ema"] or 0.99)
    if o["weightDecay"]:
        return keras.optimizers.AdamW(weight_decay=o["weightDecay"], global_clipnorm=clip, **common, **ema)
    return keras.optimizers.Adam(global_clipnorm=clip, **common, **ema)


def load(c):
    net = build(c["network"], c["height"], c["width"])
    model = Trained(net, LOSSES[c["loss"]])
    model.compile(optimizer=optimizer(c["optimizer"]), jit_compile="auto" if c["xla"] else False)
    return net, model


def filled(c):
    """What the network predicts with the weights of a file, output by output; or the sentence by which Keras refused the file."""
    try:
        net.load_weights(c["file"], **({"by_name": True} if c["by_name"] else {}))
    except Exception as error:
        return {"refused": str(error)[:300]}
    outputs = net.predict_on_batch(np.array(c["pixels"], "float32").reshape(x[:1].shape))
    return {"outputs": {name: np.asarray(out).ravel().tolist() for name, out in outputs.items()}}


def timed(work, times):
    """Milliseconds of each run, and of the processor's time a run, all threads together."""
    result = []
    used = time.process_time()
    for _ in range(times):
        start = time.perf_counter()
        work()
        result.append((time.perf_counter() - start) * 1e3)
    return result, (time.process_time() - used) * 1e3 / times


net = model = x = y = None
for line in sys.stdin:
    c = json.loads(line)
    if c["do"] == "load":
        keras.backend.clear_session()
        net, model = load(c)
        shape = (c["batch"], c["height"], c["width"], c["network"]["channels"])
        x = np.random.randint(0, 256, shape).astype("float32")
        outputs = net.predict_on_batch(x)
        y = {name: (np.random.rand(*out.shape) > 0.5).astype("float32") for name, out in outputs.items() if name in c["targets"]}
        trainable = sum(int(np.prod(w.shape)) for w in net.trainable_weights)
        answer = {"trainable": trainable, "total": net.count_params(), "keras": keras.__version__, "tensorflow": tf.__version__}
    elif c["do"] == "train":
        ms, cpu = timed(lambda: model.train_on_batch(x, y), c["steps"])
        answer = {"ms": ms, "cpu": cpu}
    elif c["do"] == "weights":
        answer = filled(c)
    else:
        whole, _ = timed(lambda: net.predict(x, batch_size=len(x), verbose=0), c["runs"])
        on_batch, _ = timed(lambda: net.predict_on_batch(x), c["runs"])
        answer = {"predict": whole, "onBatch": on_batch}
    answers.write(json.dumps(answer) + "\n")
    answers.flush()
