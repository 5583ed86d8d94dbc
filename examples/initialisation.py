"""How large the values of each family of networks are before training, 100 steps deep.

    python examples/initialisation.py [picture.svg]

Each network is the family's, narrow, in one stage where it can be. The variance is over a batch of
noise, all channels and positions. What grows, grows by its identity part: the formula with all its
blocks set to 0.
"""

import sys
from collections.abc import Callable

import torch

import formula2net as f2n
from formula2net.blocks import Basic, Blocks, Plain
from formula2net.report.variance import block_variances, plot_variances, state_variances

DEPTH, WIDTH = 100, 16
SHOWN = (0, 1, 10, 50, 100)
x = torch.randn(16, 3, 16, 16)


def states(model: str, depth: int = DEPTH, **options: object) -> list[float]:
    """Of the states X_0, X_1, ... of a named network with one stage."""
    net = f2n.create_model(model, check=False, blocks=(depth,), **options)
    return state_variances(net, x)


def blocks(model: str, pattern: str, **options: object) -> list[float]:
    """Of what its blocks read, where a step of the formula is a whole stage."""
    net = f2n.create_model(model, check=False, **options)
    return list(block_variances(net, x, pattern).values())


def chunks() -> list[float]:
    """Of Res2NeXt: its chunks stand in a ResNet of one stage."""
    inner = f2n.get_formula("res2next_block", cardinality=4).as_operator(1)
    made = {"A": Plain(kernel=1), "K": Plain(groups=4), "B": Plain(kernel=1, activation=None)}
    over = f2n.Backbone.cifar((DEPTH,), (64,), stem_width=WIDTH)
    formula = f2n.get_formula("resnet_relu").with_blocks(W=inner)
    return state_variances(f2n.compile(formula, over, Blocks(blocks=made), check=False), x)


def highway() -> list[float]:
    """Of the highway network with plain layers, as its paper has them."""
    over = f2n.Backbone.cifar((DEPTH,), (WIDTH,))
    blocks = {"H": Basic(), "T": "gate"}
    return state_variances(f2n.compile(f2n.get_formula("highway"), over, blocks, check=False), x)


def wide() -> list[float]:
    """Of a wide ResNet, whose layers are counted, over its three stages."""
    net = f2n.create_model("wide_resnet16_8", check=False, depth=202, widen=1)
    return state_variances(net, x)


small = {"width": WIDTH}
BOUNDED: dict[str, Callable[[], list[float]]] = {
    "plain": lambda: states("plain18", **small),
    "resnet": lambda: states("resnet18", **small),
    "difference": lambda: states("difference_resnet18", **small),
    "difference_twin": lambda: states("difference_twin18", **small),
    "se_resnet": lambda: states("se_resnet18", **small),
    "difference_se_resnet": lambda: states("difference_se_resnet18", **small),
    "resnext": lambda: states("resnext29_2x64d", base_width=8, stem_width=WIDTH),
    "res2next": chunks,
    "highway": highway,
    "additional_example_1": lambda: states("additional_example_1_18", **small),
    "additional_example_2": lambda: states("additional_example_2_18", **small),
    "published_a5": lambda: states("published_a5_18", **small),
    "preact_resnet": lambda: states("preact_resnet110", widths=(WIDTH,)),
    "wide_resnet": lambda: wide(),
    "seq_resnet": lambda: blocks("seq_resnet_k8_r4_n1", "S1.norm2_*_1", r=1, blocks=(DEPTH, 1, 1)),
    "densenet": lambda: blocks("densenet_40_k12", "*.F_*", blocks=(DEPTH,), growth=4),
    "sparsenet": lambda: blocks("sparsenet_40_k24", "*.F_*", blocks=(DEPTH,), growth=8),
    "fractalnet": lambda: blocks("fractalnet20", "*", columns=7, widths=(WIDTH,)),
    "euler": lambda: states("euler_x4", **small),
    "midpoint": lambda: states("midpoint_x2", **small),
    "rk4": lambda: states("rk4_x1", **small),
    "rk8": lambda: states("rk8_x1", 14, **small),
    "rk8_adaptive": lambda: states("rk8_adaptive_x1", 12, **small),
    "revnet": lambda: states("revnet_x8", **small),
    "polynet": lambda: states("polynet_x8", **small),
    "lm_resnet": lambda: states("lm_resnet_x8", **small),
    "midpoint_printed": lambda: states("midpoint_printed_x2", **small),
}
GROWING: dict[str, Callable[[], list[float]]] = {
    "lm_resnet_printed": lambda: states("lm_resnet_printed_x8", **small),
    "second_order": lambda: states("second_order_x8", **small),
    "rk4_printed": lambda: states("rk4_printed_x1", **small),
    "nested_midpoint": lambda: states("nested_midpoint_x4", **small),
}


def table() -> dict[str, list[float]]:
    """The variances of every family; the same each time."""
    found = {}
    for name, measure in {**BOUNDED, **GROWING}.items():
        torch.manual_seed(0)
        found[name] = measure()
    return found


if __name__ == "__main__":
    series = table()
    print("variance at step", *(f"{step:>9}" for step in SHOWN))
    for name, values in series.items():
        last = len(values) - 1
        cells = (f"{values[min(step, last)]:9.2g}" for step in SHOWN if step < 2 * last)
        print(f"{name:20}", *cells, f"({last} steps)" if last < DEPTH - 1 else "")
    if len(sys.argv) > 1:
        plot_variances({name: series[name] for name in BOUNDED}, sys.argv[1])
