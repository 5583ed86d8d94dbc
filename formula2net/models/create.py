"""create_model(): a named network, compiled from its formula."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from formula2net.compiler import compile
from formula2net.errors import Formula2NetError, Problem, ShapeError
from formula2net.lower.feature_network import FeatureNetwork, feature_network, stage_ends
from formula2net.lower.network import Network
from formula2net.models.registry import get_model


def create_model(
    name: str,
    pretrained: bool = False,
    num_classes: int | None = None,
    in_chans: int | None = None,
    features_only: bool = False,
    out_indices: Sequence[int] | int | None = None,
    drop_rate: float = 0.0,
    drop_path_rate: float = 0.0,
    check: bool = True,
    **overrides: Any,
) -> Network | FeatureNetwork:
    """Compiles a network of the literature from its formula.

    Args:
        name: One of `list_models()`.
        pretrained: Must be False: there are no weights to load from anywhere. See `load_weights`.
        num_classes: Width of the output; that of the published network unless given. 0 gives the
            features X_L, (N, C, R...).
        in_chans: Channels of the input.
        features_only: Whether to give, in place of the classes, the last state of each stage.
        out_indices: Which stages `features_only` gives, from 0; negative ones count from the end. A
            number in place of a list gives so many of the last ones.
        drop_rate: Of the dropout before the classifier.
        drop_path_rate: Of stochastic depth at the last step; it grows linearly from 0.
        check: As of `compile`: whether to count paths.
        **overrides: Options of the network's family, as `blocks=(3, 3, 3, 3)` or
            `stem="imagenet"`; `model_info(name).options` lists them.

    Returns:
        A network from (N, in_chans, R...) to (N, num_classes); with `features_only`, one to a list
        of tensors, which `feature_info` describes.

    Raises:
        Formula2NetError: If the name or an option is unknown, or weights are asked for.
        ShapeError: If numbers do not fit.
        BlockError: If a block cannot be made, or none can be dropped.
    """
    if pretrained:
        what = f"There are no pretrained weights of {name}: nothing is downloaded."
        try_ = "load_weights(net, module_or_state_dict), or load(directory)"
        raise Formula2NetError(Problem(what, try_=try_))
    _check_count("num_classes", num_classes, 0)
    _check_count("in_chans", in_chans, 1)
    if out_indices is not None and not features_only:
        raise Formula2NetError(Problem("out_indices needs features_only=True."))
    design = get_model(name).design(num_classes, in_chans, **overrides)
    if drop_rate:
        design = design.with_drop_rate(drop_rate)
    if drop_path_rate:
        design = design.with_drop_path(drop_path_rate)
    net = compile(
        design.formula, design.backbone, design.block, check, trainable=dict(design.trainable)
    )
    return _features(net, out_indices) if features_only else net


def _features(net: Network, indices: Sequence[int] | int | None) -> FeatureNetwork:
    ends = stage_ends(net)
    if isinstance(indices, int):
        indices = range(-indices, 0)
    chosen = range(len(ends)) if indices is None else indices
    wrong = [k for k in chosen if type(k) is not int or not -len(ends) <= k < len(ends)]
    if wrong or not chosen:
        what = f"out_indices={tuple(chosen)} are no stages of this network."
        raise ShapeError(Problem(what, expected=f"of 0 to {len(ends) - 1}"))
    return feature_network(net, [ends[k] for k in chosen])


def _check_count(name: str, number: object, least: int) -> None:
    if number is not None and (type(number) is not int or number < least):
        what = f"{name}={number!r} is no number of channels."
        raise ShapeError(Problem(what, expected=f"an integer from {least} on"))
