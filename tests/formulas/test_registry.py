"""Every formula of the registry: cited, and the network that its paper describes."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from importlib.resources import files
from typing import Any

import numpy as np
import pytest
from sympy import Symbol, sympify

from formula2net.errors import FormulaError
from formula2net.formulas import FORMULAS, Entry, formula_entry, get_formula, list_formulas
from formula2net.formulas.entry import formula
from formula2net.language.recursion import Recursion
from formula2net.passes.unroll import unroll
from formula2net.paths.formula import path_polynomial
from tests.formulas import by_hand_dense, by_hand_high_order, by_hand_seqconv  # noqa: F401
from tests.formulas.arithmetic import WIDTH, random_vector, run
from tests.formulas.by_hand import BY_HAND, Net, runge_kutta

DEPTHS = range(1, 6)
PARTS = {"revnet": 2, "seqresnet_stage": 4, "seqresnet_stage_dense": 4}  # of the input are states


def tableaux() -> dict[str, Any]:
    """The explicit methods with an order, read from the data and not from the registry."""
    text = (files("formula2net.formulas") / "data" / "tableaux.json").read_text(encoding="utf-8")
    return {
        method["name"]: method
        for method in json.loads(text)["methods"]
        if method["kind"] == "explicit" and method["order"]
    }


def from_tableau(method: dict[str, Any]) -> Net:
    A = [[float(sympify(entry)) for entry in row] for row in method["A"]]
    b = [float(sympify(entry)) for entry in method["b"]]
    return lambda x, depth: runge_kutta(A, b, x, depth)


NETS = {**BY_HAND, **{name: from_tableau(method) for name, method in tableaux().items()}}


def test_every_formula_is_written_by_hand_once_more() -> None:
    assert set(NETS) == set(FORMULAS)


@pytest.mark.parametrize("name", FORMULAS)
def test_the_formula_is_the_network_of_its_paper(name: str) -> None:
    x = random_vector("input", PARTS.get(name, 1) * WIDTH)
    only = FORMULAS[name].depth
    for depth in [only] if only else DEPTHS:
        got, expected = run(unroll(get_formula(name), depth), x), NETS[name](x, depth)
        assert np.allclose(got, expected, rtol=1e-11, atol=1e-12), f"depth {depth}"


@pytest.mark.parametrize("name", FORMULAS)
def test_the_entry_says_what_it_is(name: str) -> None:
    entry = FORMULAS[name]
    assert entry.name == name
    assert name.isidentifier()
    assert entry.title
    assert entry.summary.endswith(".")
    assert any(year.isdigit() and len(year) == 4 for year in _words(entry.source)), entry.source
    assert isinstance(entry.recursion, Recursion)
    assert entry.recursion is entry.recursion
    assert entry.build() == entry.recursion


def _words(text: str) -> list[str]:
    return text.replace("(", " ").replace(")", " ").split()


@pytest.mark.parametrize("name", [name for name, entry in FORMULAS.items() if entry.counts])
def test_the_known_counts_hold(name: str) -> None:
    entry = FORMULAS[name]
    # The totals of a hyper-connection are polynomials in all its numbers.
    for depth in range(1, 3) if name == "hyper_connection" else DEPTHS:
        paths = path_polynomial(entry.recursion, depth)
        by_length = paths.by_length()
        for key, expr in entry.counts.items():
            known = sympify(expr)
            if isinstance(key, str):
                assert known.subs(Symbol("L"), depth) == getattr(paths, key), (key, depth)
                continue
            for length in range(2 * depth + 1 if name == "revnet" else depth + 1):
                value = known.subs({Symbol("L"): depth, Symbol("k"): length})
                got = getattr(by_length[length], key[0]) if length in by_length else 0
                assert value == got, (key, depth, length)


def test_what_the_counts_are_of() -> None:
    """The numbers themselves, so that formula and closed form cannot be wrong together."""
    words = {name: path_polynomial(get_formula(name), 4).words for name in BY_HAND}
    assert words == {
        "plain": 1,
        "plain_relu": 1,
        "resnet": 16,
        "resnet_relu": 16,
        "difference": 5,
        "difference_twin": 5,
        "difference_system": 5,
        "published_a5": 8,
        "published_a5_system": 8,
        "additional_example_1": 5,
        "additional_example_2": 5,
        "leapfrog": 8,
        "highway": 256,
        "squeeze_excitation": 16,
        "res2net_chunks": 7,
        "res2next_block": 2401,
        "seqconv": 15,
        "seqconv_windowed": 25,
        "seqconv_bottleneck": 16,
        "seqresnet_stage": 2_598_132_281,
        "seqresnet_stage_dense": 6_484_466_776,
        "seqresnet_first_stage": 20_823_879_930,
        "seqconv_downsampling": 26,
        "seqconv_downsampling_released": 50,
        "seqconv_first_downsampling": 15,
        "densenet": 16,
        "sparsenet": 10,
        "fractal": 625,
        "fractal_joined": 625,
        "revnet": 88,
        "hyper_connection": 16,
        "adams_bashforth2": 16,
        "adams_bashforth3": 16,
        "adams_bashforth4": 16,
        "midpoint_printed": 81,
        "rk4_printed": 14_641,
        "nested_midpoint": 6_561,
        "verner89_adaptive": 27_095**4,
        "polynet": 81,
        "lm_resnet": 16,
        "lm_resnet_printed": 16,
        "second_order": 16,
    }


@pytest.mark.parametrize("name", tableaux())
def test_a_step_of_a_scheme_has_the_same_words_as_the_step_before(name: str) -> None:
    once, twice = (path_polynomial(get_formula(name), depth).words for depth in (1, 2))
    assert twice == once**2


def test_the_difference_formula_and_its_twin_are_equal_in_value_only() -> None:
    x = random_vector("input")
    one, twin = get_formula("difference"), get_formula("difference_twin")
    assert np.allclose(run(unroll(one, 6), x), run(unroll(twin, 6), x), atol=1e-12)
    assert one != twin
    assert path_polynomial(one, 6).wired == 169 > path_polynomial(twin, 6).wired == 7


def test_what_was_published_for_the_difference_formula_is_another_network() -> None:
    x = random_vector("input")
    one, published = get_formula("difference"), get_formula("published_a5")
    assert not np.allclose(run(unroll(one, 3), x), run(unroll(published, 3), x), atol=1e-3)
    assert path_polynomial(published, 4).words == 8 > path_polynomial(one, 4).words


def test_the_difference_formula_promises_its_counts() -> None:
    assert get_formula("difference").expects == FORMULAS["difference"].counts


def test_a_seqconv_layer_is_a_block_of_a_residual_network() -> None:
    from sympy import Eq

    from formula2net.language.symbols import Index, State

    X, i = State("X"), Index("i")
    S = get_formula("seqconv_windowed", groups=2).as_operator(depth=2, name="S")
    program = unroll(Recursion(Eq(X[i], X[i - 1] + S[i](X[i - 1]))), 2)
    assert program.blocks == ("S_1.F_1", "S_1.F_2", "S_2.F_1", "S_2.F_2")
    assert run(program, random_vector("input")).shape == (WIDTH,)


def test_parameters() -> None:
    assert FORMULAS["seqconv_windowed"].parameters == {"groups": 4}
    assert FORMULAS["hyper_connection"].parameters == {"lanes": 4}
    assert FORMULAS["resnet"].parameters == {}
    assert get_formula("seqconv_windowed", groups=2) != get_formula("seqconv_windowed")
    assert get_formula("seqconv_windowed", groups=4) == get_formula("seqconv_windowed")
    two = unroll(get_formula("hyper_connection", lanes=2), 1)
    assert ("X", 1, 2) in two.states
    assert ("X", 1, 3) not in two.states


@pytest.mark.parametrize("lanes", [1, 2, 4])
def test_hyper_connections_start_as_a_resnet(lanes: int) -> None:
    """Each block reads one lane and adds to all: with equal lanes, X_{i-1} + W_i X_{i-1}."""
    starts = {scalar.name: scalar.start for scalar in get_formula("hyper_connection").scalars}
    assert starts["b"] == 1
    mixed = [[starts["a"](3, k, j) for j in (1, 2, 3)] for k in (1, 2, 3)]
    assert mixed == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    formula = get_formula("hyper_connection", lanes=lanes)
    picked = {scalar.name: scalar.start for scalar in formula.scalars}["p"]
    lanes_read = [
        [picked(step, lane) for lane in range(1, lanes + 1)] for step in range(1, lanes + 2)
    ]
    assert all(sum(row) == 1 for row in lanes_read)
    assert [row.index(1) + 1 for row in lanes_read] == [*range(1, lanes + 1), 1]


def test_list_formulas() -> None:
    assert list_formulas() == list(FORMULAS)
    assert list_formulas("diff*") == ["difference", "difference_twin", "difference_system"]
    assert list_formulas("nothing") == []
    assert len(list_formulas()) == len(set(list_formulas()))


def test_a_registered_name_is_taken_once() -> None:
    from formula2net.formulas import registry

    assert len(registry._ENTRIES) == len(FORMULAS)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (
            lambda: formula_entry("difference2"),
            "There is no formula 'difference2'.\n  try: difference, ",
        ),
        (lambda: get_formula("xyz"), "There is no formula 'xyz'.\n  try: list_formulas()"),
        (
            lambda: get_formula("resnet", groups=3),
            "The formula resnet has no parameter 'groups'.\n  expected none",
        ),
        (
            lambda: get_formula("seqconv_windowed", g=3),
            "The formula seqconv_windowed has no parameter 'g'.\n  expected groups",
        ),
        (
            lambda: get_formula("hyper_connection", lanes=0),
            "lanes=0 is no number of parts.\n  expected a positive integer",
        ),
    ],
)
def test_what_is_wrong_is_said(call: Any, text: str) -> None:
    with pytest.raises(FormulaError) as raised:
        call()
    assert str(raised.value).startswith(text)


@pytest.mark.parametrize("name", FORMULAS)
def test_formulas_are_pickled(name: str) -> None:
    recursion = get_formula(name)
    assert pickle.loads(pickle.dumps(recursion)) == recursion


def test_the_decorator_reads_name_and_summary() -> None:
    @formula(title="T", source="S (2000)")
    def some_name() -> Recursion:
        """What it is.

        More.
        """
        return get_formula("resnet")

    assert isinstance(some_name, Entry)
    assert (some_name.name, some_name.summary) == ("some_name", "What it is.")
    assert some_name.counts == {}


def test_listing_builds_nothing() -> None:
    code = (
        "from formula2net.formulas import FORMULAS, list_formulas\n"
        "from formula2net.formulas import tableaux\n"
        "list_formulas()\n"
        "assert not any('recursion' in vars(entry) for entry in FORMULAS.values())\n"
        "assert tableaux._load.cache_info().misses == 0"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
