"""Golden numbers for the engine's operations and optimiser: test/golden/engine-ops.json.

Needs numpy and tensorflow-cpu (2.21 was used): python3 tools/golden/engine_ops.py
Everything is worked out in double precision. Batch norm's running variance takes the unbiased variance (as PyTorch has it, Keras has not);
AdamW follows Loshchilov & Hutter 2019, algorithm 2, with PyTorch's place of epsilon.
"""
import json
import pathlib

import numpy as np
import tensorflow as tf

rng = np.random.default_rng(7)


def draw(*shape, low=-1.0, high=1.0):
    """Numbers that float32 holds exactly, so that both sides start from the same ones."""
    return np.round(rng.uniform(low, high, shape) * 256) / 256


def array(x):
    x = np.asarray(x)
    return {"shape": list(x.shape), "data": [float(v) for v in x.reshape(-1)]}


def arrays(**named):
    return {name: array(value) for name, value in named.items()}


def batch_norm():
    x, dy = draw(2, 3, 4, 3), draw(2, 3, 4, 3)
    gamma, beta = draw(3, low=0.5, high=1.5), draw(3)
    mean, variance, epsilon, momentum = draw(3), draw(3, low=0.5, high=2), 1e-3, 0.25
    tx, tg, tb = tf.constant(x), tf.constant(gamma), tf.constant(beta)
    with tf.GradientTape() as tape:
        tape.watch([tx, tg, tb])
        m, v = tf.nn.moments(tx, [0, 1, 2])
        y = tf.nn.batch_normalization(tx, m, v, tb, tg, epsilon)
        loss = tf.reduce_sum(y * dy)
    dx, dgamma, dbeta = tape.gradient(loss, [tx, tg, tb])
    flat = x.reshape(-1, 3)
    new_mean = (1 - momentum) * mean + momentum * flat.mean(0)
    new_variance = (1 - momentum) * variance + momentum * flat.var(0, ddof=1)
    return {
        "epsilon": epsilon,
        "momentum": momentum,
        **arrays(x=x, dy=dy, gamma=gamma, beta=beta, mean=mean, variance=variance),
        **arrays(y=y, dx=dx, dGamma=dgamma, dBeta=dbeta, newMean=new_mean, newVariance=new_variance),
    }


def operations():
    x = draw(2, 5, 6, 3)
    kernel, depthwise = draw(3, 3, 3, 2), draw(5, 5, 3, 1)
    t = tf.constant(x)
    return {
        **arrays(x=x, kernel=kernel, depthwiseKernel=depthwise),
        **arrays(
            conv=tf.nn.conv2d(t, kernel, 2, "SAME"),
            dilated=tf.nn.conv2d(tf.pad(t, [[0, 0], [2, 2], [2, 2], [0, 0]]), kernel, 1, "VALID", dilations=2),
            depthwise=tf.nn.depthwise_conv2d(t, depthwise, [1, 2, 2, 1], "SAME"),
            pooled=tf.nn.max_pool2d(t, 3, 2, "SAME"),
            bilinear=tf.image.resize(t, (10, 12), "bilinear"),
            nearest=tf.image.resize(t, (10, 12), "nearest"),
            normalized=x / np.linalg.norm(x, axis=-1, keepdims=True),
        ),
    }


def adamw():
    """loss = sum(output * target) of a 1x1 convolution with bias, then one without: gradients are outer products."""
    settings = {"beta1": 0.9, "beta2": 0.99, "epsilon": 1e-6, "weightDecay": 0.1, "clipNorm": 1.5, "ema": 0.6}
    factors = {"first": 0.5}
    weights = {"first/kernel": draw(3, 2), "first/bias": draw(2), "second/kernel": draw(3, 1)}
    start = {k: v.copy() for k, v in weights.items()}
    first = {k: np.zeros_like(v) for k, v in weights.items()}
    second = {k: np.zeros_like(v) for k, v in weights.items()}
    average = {k: v.copy() for k, v in weights.items()}
    steps = []
    for t in range(1, 6):
        x, target, other, rate = draw(3, high=2), draw(2), draw(1), float(np.float32(0.1 / t))
        gradients = {"first/kernel": np.outer(x, target), "first/bias": target, "second/kernel": np.outer(x, other)}
        loss = (x @ weights["first/kernel"] + weights["first/bias"]) @ target + (x @ weights["second/kernel"]) @ other
        norm = np.sqrt(sum((g**2).sum() for g in gradients.values()))
        scale = settings["clipNorm"] / max(norm, settings["clipNorm"])
        decay = min(settings["ema"], (1 + t) / (10 + t))
        for name, w in weights.items():
            g = gradients[name] * scale
            lr = rate * factors.get(name.split("/")[0], 1)
            if name.endswith("kernel"):
                w *= 1 - lr * settings["weightDecay"]
            first[name] = settings["beta1"] * first[name] + (1 - settings["beta1"]) * g
            second[name] = settings["beta2"] * second[name] + (1 - settings["beta2"]) * g**2
            m = first[name] / (1 - settings["beta1"] ** t)
            v = second[name] / (1 - settings["beta2"] ** t)
            w -= lr * m / (np.sqrt(v) + settings["epsilon"])
            average[name] = decay * average[name] + (1 - decay) * w
        steps.append({"rate": rate, "loss": float(loss), "norm": float(norm), **arrays(x=x, target=target, other=other)})
    end = {name: arrays(weights=weights[name], first=first[name], second=second[name], average=average[name]) for name in weights}
    return {"settings": settings, "rateFactors": factors, "start": arrays(**start), "steps": steps, "end": end}


golden = {"batchNorm": batch_norm(), "operations": operations(), "adamW": adamw()}
path = pathlib.Path(__file__).parents[2] / "test/golden/engine-ops.json"
path.write_text(json.dumps(golden) + "\n")
