"""Whatever holds for published formulas holds for random ones over backbones, too."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import Expr

from formula2net.compiler import check_pass, compile
from formula2net.errors import Formula2NetError, FormulaError, ShapeError
from formula2net.ir.program import Program
from formula2net.language.backbone import Backbone
from formula2net.language.expressions import Applied, Compose, FeatureSum, OperatorSum
from formula2net.language.notation import parse
from formula2net.language.recursion import Recursion
from formula2net.language.rewriting import rebuild
from formula2net.language.structure import Hadamard
from formula2net.lower.verify import verify
from formula2net.passes.pipeline import run_passes
from formula2net.passes.prune import Prune
from formula2net.passes.unroll import unroll
from formula2net.paths.isomorphism import isomorphism
from formula2net.paths.structure import network
from tests.strategies import Features, recursions

BACKBONES = [
    Backbone.cifar((2,), (8,), num_classes=2),
    Backbone.cifar((1, 2), (8, 16), num_classes=2),
    Backbone.cifar((1, 2), (8, 16), num_classes=2, transition="layer"),
]
SHORT = Features(lags=2, leaves=5)
BOUND = Features(lags=2, leaves=5, scalars=False)
backbones = st.sampled_from(BACKBONES)


def program(recursion: Recursion, backbone: Backbone) -> Program | None:
    """The program, or None where values do not fit, or one is missing."""
    try:
        return unroll(recursion, backbone)
    except Formula2NetError:
        return None


@settings(max_examples=60)
@given(recursions(BOUND), backbones)
def test_networks_verify(recursion: Recursion, backbone: Backbone) -> None:
    """Compiled, interpreted, counted by brute force, and differentiated."""
    try:
        net = compile(recursion, backbone, "plain")
    except (FormulaError, ShapeError):  # it makes no network; that a check fails is no excuse
        assume(False)
    report = verify(net)
    assert report.ok, f"{recursion}\n{net.program}\n{report}"


@given(recursions(SHORT), backbones)
def test_text_makes_the_same_program(recursion: Recursion, backbone: Backbone) -> None:
    assert program(parse(recursion.to_text()), backbone) == program(recursion, backbone)


@given(recursions(SHORT), backbones)
def test_passes_keep_the_paths(recursion: Recursion, backbone: Backbone) -> None:
    unrolled = program(recursion, backbone)
    assume(unrolled is not None and 0 in unrolled.live)
    run_passes(unrolled, [Prune()], after=check_pass)


@given(recursions(SHORT), backbones)
def test_equal_formulas_make_equal_networks(recursion: Recursion, backbone: Backbone) -> None:
    """Sums and gates have no order, and (AB)(x) is A(B(x))."""
    other = recursion._rewritten(_turned)
    assert other == recursion
    found, turned = program(recursion, backbone), program(other, backbone)
    if found is None or turned is None:
        assert found is turned
    else:
        assert isomorphism(network(found), network(turned)) is not None


def _turned(expr: Expr) -> Expr:
    """The same with all sums and gates the other way round, and compositions one by one."""
    if isinstance(expr, FeatureSum | OperatorSum | Hadamard):
        return expr.func(*map(_turned, reversed(expr.args)))
    if isinstance(expr, Applied) and isinstance(expr.operator, Compose):
        first, *rest = expr.operator.factors
        inner = Applied(rest[0] if len(rest) == 1 else Compose(*rest), expr.argument)
        return _turned(Applied(first, inner))
    return rebuild(expr, _turned) if expr.args else expr
