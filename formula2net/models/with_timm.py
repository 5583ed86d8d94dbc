"""timm finds the registered networks too: `timm.create_model("f2n_resnet18")`.

timm looks for what it wants to know of a model, its `default_cfgs`, in the module of the function
that makes it: here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from torch import nn

from formula2net.errors import Formula2NetError, Problem
from formula2net.lower.names import CLASSIFIER, STEM
from formula2net.lower.network import Network
from formula2net.models.create import create_model
from formula2net.models.entry import Model
from formula2net.models.registry import MODELS

PREFIX: Final = "f2n_"
# The first convolution by the kind of stem; without a stem there is none of one name.
FIRST: Final = {"deep": f"{STEM}.conv1", "linear": None, "none": None}

Make = Callable[..., nn.Module]
default_cfgs: Final[dict[str, dict[str, Any]]] = {}
_MADE: Final[dict[str, Make]] = {}


def register_with_timm() -> list[str]:
    """Makes every registered network known to timm, under its name after `f2n_`.

    `num_classes`, `in_chans`, `features_only`, `out_indices`, `drop_rate`, `drop_path_rate` and the
    options of the network's family are passed on. Networks that are registered later need another
    call. Those that are known already stay.

    Returns:
        The names in timm.

    Raises:
        ImportError: There is no timm.
        Formula2NetError: timm has another model of such a name. No name is given then.
    """
    timm = _timm()
    names = {PREFIX + name: model for name, model in MODELS.items()}
    taken = [name for name in names if timm.is_model(name) and not _is_ours(timm, name)]
    if taken:
        raise Formula2NetError(*(_clash(timm, name) for name in taken))
    for name, model in names.items():
        if not timm.is_model(name):
            default_cfgs[name] = _config(model)
            _MADE[name] = _maker(name, model)
            timm.models.register_model(_MADE[name])
    return list(names)


def _maker(name: str, model: Model) -> Make:
    """What timm calls for a network."""

    def make(pretrained: bool = False, **options: Any) -> nn.Module:
        config = _timm().models.resolve_pretrained_cfg(
            name, options.pop("pretrained_cfg", None), options.pop("pretrained_cfg_overlay", None)
        )
        options.pop("cache_dir", None)  # where weights would be kept, and there are none
        pool = options.pop("global_pool", "avg")
        options.setdefault("num_classes", config.num_classes)
        options.setdefault("in_chans", config.input_size[0])
        net = create_model(model.name, pretrained, **options)
        if isinstance(net, Network) and (pool != "avg" or not net.num_classes):
            net.reset_classifier(net.num_classes, pool)
        net.pretrained_cfg = net.default_cfg = config.to_dict()
        return net

    make.__name__ = make.__qualname__ = name
    make.__doc__ = f"{model.family.title}: {model.name} of formula2net."
    return make


def _config(model: Model) -> dict[str, Any]:
    stem = model.design().backbone.stem
    return {
        "url": "",
        "input_size": model.input_shape,
        "num_classes": model.num_classes,
        "first_conv": FIRST.get(stem.kind, f"{STEM}.conv"),
        "classifier": CLASSIFIER,
    }


def _is_ours(timm: Any, name: str) -> bool:
    return name in _MADE and timm.model_entrypoint(name) is _MADE[name]


def _clash(timm: Any, name: str) -> Problem:
    other = timm.model_entrypoint(name)
    what = f"timm has another model {name!r}."
    return Problem(what, got=f"{other.__module__}.{other.__qualname__}")


def _timm() -> Any:
    try:
        import timm
    except ImportError as error:
        what = "register_with_timm() needs timm: pip install 'formula2net[timm]'"
        raise ImportError(what, name="timm") from error
    return timm
