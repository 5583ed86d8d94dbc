"""Names in the code of networks."""

from __future__ import annotations

import pytest

from formula2net.compiler import compile
from formula2net.errors import FormulaError
from formula2net.ir.builder import Builder
from formula2net.ir.ops import Apply, Norm
from formula2net.ir.program import Program, StateKey
from formula2net.language.backbone import Backbone
from formula2net.lower.names import check_names, node_names
from formula2net.lower.network import Network
from tests.lower.cases import CASES


def chain(*blocks: str, states: dict[StateKey, int] | None = None) -> Program:
    build = Builder()
    value = build.input("X_0")
    for block in blocks:
        value = build.apply(Apply(block, value))
    return build.finish(value, states or {})


def test_values_are_named_as_in_the_formula() -> None:
    program = chain("W_1", "W_1", "F_2.K_1", states={("X", -1): 0, ("X", 3, 2): 1})
    assert list(node_names(program).values()) == ["X_m1", "X_3_2", "W_1__2", "F_2_K_1"]


def test_fx_own_names_are_left_to_fx() -> None:
    assert list(node_names(chain("mul", "add_3", "neg_")).values()) == [
        "X_0",
        "mul_",
        "add_3_",
        "neg_",
    ]


def test_names_are_unique() -> None:
    names = node_names(chain("x", "head", "W_1", states={("W", 1): 2}))
    assert list(names.values()) == ["X_0", "x__2", "W_1", "W_1__2"]


@pytest.mark.parametrize("name", CASES)
def test_nodes_have_the_names_they_were_given(name: str) -> None:
    net = CASES[name].compile()
    given = set(node_names(net.program).values())
    found = {node.name for node in net.graph.nodes}
    constants = {n for n in given if n not in found}
    assert all("_in" in n for n in constants)  # a constant feature has no node


@pytest.mark.parametrize(
    "name",
    [
        "stem",
        "head",
        "relu",
        "transition_X",
        "stem.W_1",
        "global_pool",
        "norm",
        "norm2_3",
        "F.norm",
    ],
)
def test_reserved_names(name: str) -> None:
    with pytest.raises(FormulaError, match="is a reserved name: no block or scalar may have it"):
        check_names(chain(name), ())


def test_the_text_of_a_reserved_name() -> None:
    with pytest.raises(FormulaError) as caught:
        check_names(chain("norm_1"), ())
    assert str(caught.value) == (
        "norm_1 is a reserved name: no block or scalar may have it.\n"
        "  expected none of elu, gelu, global_pool, head, leaky_relu, mish, norm, relu, sigmoid, "
        "silu, softplus, stem, step_factor, tanh, transition_..."
    )
    check_names(chain("norm_1.K_1", "normal_1", "prenorm"), ())


def test_norms_are_named_as_letters() -> None:
    build = Builder()
    x = build.input("X_0")
    first = build.norm(Norm("F_1.norm_2", x))
    second = build.norm(Norm("F_1.norm_2", first))
    program = build.finish(build.apply(Apply("W_1", second)), {})
    assert list(node_names(program).values()) == [
        "X_0",
        "F_1_norm_2",
        "F_1_norm_2__2",
        "W_1",
    ]
    check_names(program, ())


@pytest.mark.parametrize("name", ["train", "forward", "graph", "code", "training", "meta", "spec"])
def test_names_of_attributes(name: str) -> None:
    with pytest.raises(FormulaError, match="every torch module has that attribute"):
        check_names(chain(name), ())


@pytest.mark.parametrize("name", ["paths", "formula", "block", "states", "num_classes"])
def test_names_of_attributes_of_networks(name: str) -> None:
    with pytest.raises(FormulaError, match="every network has that attribute"):
        compile(f"operator {name}; X_i = X_{{i-1}} + {name}(X_{{i-1}})", Backbone.cifar((2,), (4,)))
    check_names(chain(f"W_1.{name}"), (), Network)


@pytest.mark.parametrize("name", ["lambda", "W_1.lambda", "\u017f"])  # a long s is read as an s
def test_names_python_does_not_read(name: str) -> None:
    with pytest.raises(FormulaError, match="Python does not read it as a name"):
        check_names(chain(name), ())


def test_one_name_for_two_things() -> None:
    with pytest.raises(FormulaError, match="a is the name of a block and of a scalar"):
        check_names(chain("a"), ["a"])
    with pytest.raises(FormulaError, match="W_1 is the name of a block and of a formula used as"):
        check_names(chain("W_1", "W_1.F_2.K_3"), ())
    with pytest.raises(FormulaError, match="W_1 is the name of a block and of a scalar"):
        check_names(chain("W_1.K_3"), ["W_1"])
    check_names(chain("W_1", "W_2.K_3", "W_2.K_4"), ["a"])
