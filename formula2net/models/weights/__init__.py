"""The weights of networks that were written by hand, taken over place by place."""

from formula2net.models.weights.load import load_weights

__all__ = ["load_weights"]
