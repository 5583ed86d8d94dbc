"""Searching for recursions: known answers, nothing twice, nothing missed, lazily, in order."""

from __future__ import annotations

from functools import cache
from itertools import combinations, islice, product

import numpy
from sympy import Eq, Integer, Rational, Symbol, fibonacci, preorder_traversal

from formula2net import Backbone, compile, get_formula
from formula2net.errors import FormulaError
from formula2net.language.recursion import Recursion
from formula2net.language.symbols import Index, Operator, State
from formula2net.lower.unused import check_used
from formula2net.passes.unroll import unroll
from formula2net.paths.isomorphism import Coloured, isomorphism
from formula2net.paths.structure import network
from formula2net.synthesis.searching.counts import Tables
from formula2net.synthesis.searching.search import Found, search

X, W, V, i, L = State("X"), Operator("W"), Operator("V"), Index("i"), Symbol("L")
SIGNS = {1: (-1, 0, 1), W[i]: (-1, 0, 1), W[i - 1]: (-1, 0, 1)}
SMALL = [1, -1, W[i], -W[i], W[i - 1], -W[i - 1], 1 + W[i], 1 - W[i - 1]]

RESNET = Recursion(Eq(X[i], (1 + W[i]) * X[i - 1]))
PLAIN = Recursion(Eq(X[i], W[i] * X[i - 1]))


def recursions(**options: object) -> list[Recursion]:
    return [found.recursion for found in search(**options)]


def test_the_difference_formula_is_the_one_with_a_path_a_length() -> None:
    one_path_a_length = {("words", "length"): 1}
    found = recursions(lag=2, coefficients=SIGNS, where=[one_path_a_length, {"total": "linear"}])
    assert found == [get_formula("difference")]
    found = recursions(lag=2, coefficients=SIGNS, where={"total": "linear", "longest": L})
    assert get_formula("difference") in found


def test_resnet_is_the_smallest_that_doubles() -> None:
    found = search(3, SIGNS, {"words": 2**L, "total": 2**L})
    first = next(found)
    assert first.recursion == RESNET
    assert (first.size, first.lag) == (2, 1)


def test_the_plain_network_is_the_one_with_a_single_longest_path() -> None:
    assert recursions(lag=2, coefficients=SIGNS, where={"words": 1, "longest": L}) == [PLAIN]


def test_fibonacci_and_pell() -> None:
    fibonaccis = recursions(
        lag=2, coefficients=[1, W[i], W[i - 1]], where={"words": fibonacci(L + 1)}
    )
    assert Recursion(Eq(X[i], X[i - 1] + W[i] * X[i - 2]), Eq(X[1], X[0])) in fibonaccis
    assert Recursion(Eq(X[i], W[i] * X[i - 1] + X[i - 2]), Eq(X[1], W[1] * X[0])) in fibonaccis
    pell = [2, 5, 12, 29, 70, 169]
    totals = recursions(lag=2, coefficients=SIGNS, where={"words": 2**L, "total": pell})
    assert (
        Recursion(Eq(X[i], (1 + W[i]) * X[i - 1] + X[i - 2]), Eq(X[1], (1 + W[1]) * X[0])) in totals
    )
    wired = recursions(lag=2, coefficients=SIGNS, where={"wired": pell, "words": L + 1})
    assert get_formula("difference") in wired


def test_leapfrog_is_found_from_its_own_initial_value() -> None:
    start, words = Eq(X[1], (1 + W[1]) * X[0]), fibonacci(L + 2)
    family = {"lag": 2, "coefficients": [1, W[i], 2 * W[i]], "initial": start}
    found = recursions(**family, where={"words": words, "total": [2, 5, 12, 29, 70, 169]})
    assert found[0] == get_formula("leapfrog").rename(F="W")


@cache
def mirrored(recursion: Recursion) -> Recursion:
    return recursion.with_blocks(W=-W)


@cache
def graph(recursion: Recursion) -> Coloured:
    return network(unroll(recursion, 5))


def is_like(a: Recursion, b: Recursion) -> bool:
    """Whether two recursions are one network, up to names and the sign of W."""
    return any(isomorphism(graph(a), graph(each)) is not None for each in (b, mirrored(b)))


def every_network(coefficients: list[object]) -> list[Recursion]:
    """All networks X[i] = a X[i - 1] + b X[i - 2], without the code of the search."""
    found = []
    for a, b in product([0, *coefficients], repeat=2):
        first = a * X[0] if a in (0, 1, -1) else a.xreplace({i: Integer(1)}) * X[0]
        general = a * X[i - 1] + b * X[i - 2]
        if not any(isinstance(part, Operator) for part in preorder_traversal(general)):
            continue
        formula = Recursion(Eq(X[i], general), Eq(X[1], first) if b != 0 else None)
        try:
            check_used(unroll(formula, 6))
        except FormulaError:
            continue
        found.append(formula)
    return found


def test_no_two_are_alike_and_none_is_missing() -> None:
    found = recursions(lag=2, coefficients=SMALL)
    assert len(found) > 20
    assert not any(is_like(a, b) for a, b in combinations(found, 2))
    networks = every_network(SMALL)
    assert len(networks) > len(found)
    assert all(any(is_like(each, one) for one in found) for each in networks)


def test_blocks_are_renamed_but_not_those_of_initial_values() -> None:
    either = [W[i], V[i], V[i - 1]]
    assert recursions(lag=1, coefficients=either) == [PLAIN]
    start = Eq(X[1], W[1] * X[0])
    pinned = recursions(lag=1, coefficients=[W[i], W[i - 1], -W[i], V[i], V[i - 1]], initial=start)
    assert [each.equations[0].rhs for each in pinned] == [
        W[i] * X[i - 1],
        W[i - 1] * X[i - 1],
        V[i] * X[i - 1],
        -W[i] * X[i - 1],
    ]


def test_a_block_below_another_keeps_its_sign() -> None:
    """W(-V(x)) is not -W(V(x)): only W may change its sign."""
    signed = [W[i] * V[i], -W[i] * V[i], V[i] + W[i] * V[i], V[i] - W[i] * V[i]]
    found = [each.equations[0].rhs for each in recursions(lag=1, coefficients=signed)]
    assert found == [(W[i] * V[i]) * X[i - 1], (V[i] + W[i] * V[i]) * X[i - 1]]
    below = [V[i] + W[i] * V[i], -V[i] + W[i] * V[i]]
    assert len(recursions(lag=1, coefficients=below)) == 2


def test_small_ones_come_first() -> None:
    sizes = [(found.size, found.lag) for found in search(3, SMALL)]
    assert sizes == sorted(sizes)
    assert len(set(sizes)) > 6


def test_it_is_lazy() -> None:
    asked = []
    found = search(4, SIGNS, lambda at: asked.append(at.depth) or True)
    assert not asked
    assert found.candidates == 27**4 - 1
    assert [each.size for each in islice(found, 3)] == [1, 2, 2]
    assert len(asked) < 1000
    assert repr(found) == f"<Search: {found.tried:,} of 531,440 tried, 3 found>"


def test_coefficients_may_come_from_a_generator_or_be_others_for_each_lag() -> None:
    pairs = search(2, (block for block in [1, W[i]]))
    assert pairs.candidates == 3**2 - 1
    assert len(list(pairs)) == len(recursions(lag=2, coefficients=[1, W[i]])) > 1
    (difference,) = search(2, [[1 + W[i]], {W[i - 1]: (-1, 1)}], {"words": L + 1, "total": L + 1})
    assert difference.recursion == get_formula("difference")


def test_coefficients_in_a_set_are_taken_in_an_order_of_their_own() -> None:
    given = [W[i - 1], W[i], 1 - W[i], 1 + W[i], -1 + W[i]]
    ordered = recursions(lag=2, coefficients=sorted(given, key=str))
    assert recursions(lag=2, coefficients=set(given)) == ordered


def test_all_candidates_are_decided() -> None:
    found = search(3, SMALL, {"words": 2**L})
    assert all(isinstance(each, Found) for each in found)
    assert found.tried == found.candidates == 9**3 - 1


def test_a_function_is_asked_at_every_depth_until_it_says_no() -> None:
    asked: list[int] = []

    def where(at: Tables) -> bool:
        assert [each.depth for each in at.earlier] == list(range(1, at.depth))
        asked.append(at.depth)
        return at.depth < 3

    assert list(search(1, [1 + W[i]], where)) == []
    assert asked == [1, 2, 3]


def test_a_function_may_answer_as_sympy_or_numpy_does() -> None:
    found = recursions(lag=2, coefficients=SIGNS, where=lambda at: numpy.bool_(at.words == 1))
    assert found == recursions(lag=2, coefficients=SIGNS, where={"words": 1})
    assert found == recursions(lag=2, coefficients=SIGNS, where=lambda at: Eq(at.words, 1))


def test_counts_of_what_is_found() -> None:
    (found,) = search(2, SIGNS, [{("words", "length"): 1}, {"total": L + 1}])
    assert [at.wired for at in found.counts] == [2, 5, 12, 29, 70, 169]
    assert found.counts[3].by_length == found.recursion.paths(4).by_length()
    assert str(found) == (
        "X[i] = (1 + W[i])*X[i - 1] - W[i - 1]*X[i - 2]\n"
        "X[1] = (1 + W[1])*X[0]\n"
        "  words 2, 3, 4, 5, 6, 7, ..."
    )
    assert repr(found) == str(found)
    assert found._repr_latex_() == found.recursion._repr_latex_()
    assert repr(found.counts[0]) == "<depth 1: 2 words, 2 wired, total 2>"


def test_growth() -> None:
    """1/(1 - z)**3 has the coefficients (L + 1)(L + 2)/2, wherever the blocks stand in 1 - 3z..."""
    threes = [n * block for n in (1, -1, 3, -3) for block in (1, W[i])]
    quadratic = list(search(3, threes, {"total": "quadratic"}))
    assert len(quadratic) == 2**3 - 1
    for found in quadratic:
        assert [at.total for at in found.counts] == [3, 6, 10, 15, 21, 28]
    constant = recursions(lag=1, coefficients=SIGNS, where={"words": "constant"})
    assert constant == [PLAIN]


def test_fractions() -> None:
    half = Rational(1, 2)
    (found,) = search(1, [half + W[i], 1 + W[i]], {"total": (half + 1) ** L})
    assert found.recursion == Recursion(Eq(X[i], (half + W[i]) * X[i - 1]))


def test_what_is_found_compiles() -> None:
    backbone = Backbone.cifar(blocks=(1, 2), widths=(4, 8))
    for found in islice(search(3, SIGNS, {"words": "linear"}), 3):
        net = compile(found.recursion, backbone, block="plain")
        assert any(name.startswith("W_") for name, _ in net.named_modules())


def test_the_search_stays_with_the_index_and_state_that_are_given() -> None:
    n, Y = Index("n"), State("Y")
    (found,) = search(1, [1 + W[n]], initial=Eq(Y[1], W[1] * Y[0]))
    assert found.recursion == Recursion(Eq(Y[n], (1 + W[n]) * Y[n - 1]), Eq(Y[1], W[1] * Y[0]))
