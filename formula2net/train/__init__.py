"""Training: real images, one recipe, resumable runs. Needs the extra `train`."""

from importlib.util import find_spec

if find_spec("lightning") is None or find_spec("torchmetrics") is None:
    raise ImportError("Training needs more packages: pip install 'formula2net[train]'")

from formula2net.train.cifar import load_cifar
from formula2net.train.data import DataError, ImageData, load_digits_data
from formula2net.train.module import Recipe
from formula2net.train.result import Epoch, TrainResult
from formula2net.train.trainer import CheckpointError, compare_training, train

__all__ = [
    "CheckpointError",
    "DataError",
    "Epoch",
    "ImageData",
    "Recipe",
    "TrainResult",
    "compare_training",
    "load_cifar",
    "load_digits_data",
    "train",
]
