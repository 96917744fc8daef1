"""Small weight files as PyTorch and Keras write them, and hostile ones: test/golden/weights/.

    python3 -m venv venv && venv/bin/pip install torch safetensors tensorflow-cpu keras h5py
    venv/bin/python tools/golden/weight_files.py
"""

import os
import pathlib
import pickle
import zipfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import h5py
import keras
import numpy as np
import torch
from safetensors.torch import save_file

OUT = pathlib.Path(__file__).resolve().parents[2] / "test" / "golden" / "weights"


def counting(*shape: int) -> torch.Tensor:
    return torch.arange(int(np.prod(shape)), dtype=torch.float32).reshape(shape)


def state_dict() -> dict:
    whole = counting(4, 6)
    norm = torch.nn.BatchNorm2d(2)
    return {
        "plain": counting(2, 3) / 4,
        "scalar": torch.tensor(2.5),
        "empty": torch.zeros(0, 3),
        "half": torch.tensor([1.0, -0.5, 6e-8], dtype=torch.float16),
        "brain": torch.tensor([1.0, -123.5], dtype=torch.bfloat16),
        "double": torch.tensor([0.1], dtype=torch.float64),
        "transposed": whole.t(),
        "window": whole[1:3, 2:5],
        "last": counting(2, 3, 2, 2).to(memory_format=torch.channels_last),
        **{f"norm.{k}": v for k, v in norm.state_dict().items()},
    }


class Evil:
    def __reduce__(self):
        return (os.system, ("echo owned > owned.txt",))


def with_index(target: str, index: bytes, numbers: dict[str, bytes]) -> None:
    with zipfile.ZipFile(OUT / target, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("archive/data.pkl", index)
        archive.writestr("archive/byteorder", "little")
        for key, data in numbers.items():
            archive.writestr(f"archive/data/{key}", data)


def torch_files() -> None:
    torch.save(state_dict(), OUT / "plain.pth")
    save_file({k: v.contiguous() for k, v in state_dict().items()}, OUT / "plain.safetensors", {"made": "by safetensors"})
    layer = torch.nn.Conv2d(1, 1, 1)
    torch.save({"epoch": 3, "lr": 0.1, "model": layer.state_dict(), "notes": ["a", None, True]}, OUT / "checkpoint.pth")
    torch.save(state_dict(), OUT / "legacy.pth", _use_new_zipfile_serialization=False)
    torch.save(layer, OUT / "whole-model.pth")
    torch.save({"weight": counting(2), "evil": Evil()}, OUT / "hostile.pth")
    torch.save([1, 2, 3], OUT / "no-table.pth")
    lies = pickle.dumps({}, 2)
    with_index("empty.pth", lies, {})


def keras_model() -> keras.Model:
    inputs = keras.Input((8, 8, 3), name="image")
    x = keras.layers.Conv2D(2, 3, name="block1_conv1")(inputs)
    x = keras.layers.Conv2D(2, 3, name="block1_conv2")(x)
    model = keras.Model(inputs, keras.layers.BatchNormalization(name="norm")(x))
    model.set_weights([np.arange(w.size, dtype=np.float32).reshape(w.shape) + 1000 * i for i, w in enumerate(model.get_weights())])
    return model


def keras_files() -> None:
    keras_model().save_weights(OUT / "keras3.weights.h5")
    keras_model().save(OUT / "keras3.h5")
    with h5py.File(OUT / "keras1.h5", "w") as file:  # as the published VGG16 files of 2016 are laid out
        group = file.create_group("block1_conv1")
        group["block1_conv1_W_1:0"] = np.arange(1728, dtype=np.float32).reshape(3, 3, 3, 64)
        group["block1_conv1_b_1:0"] = np.arange(64, dtype=np.float64)
        group["steps"] = np.arange(3)
        file["elsewhere"] = h5py.ExternalLink("keras3.h5", "/model_weights")
        file["alias"] = h5py.SoftLink("/block1_conv1")
        packed = group.create_dataset("packed", data=np.ones((64, 64), np.float32), chunks=(64, 64), compression="gzip")
        assert packed.compression == "gzip"


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    torch_files()
    keras_files()
