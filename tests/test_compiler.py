"""The compiler as a whole: what goes in, what is refused, how its time grows."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import pytest
import torch
from sympy import Eq, Rational, Symbol
from torch import nn
from torch.fx import GraphModule

from formula2net.blocks import Basic, BlockRef
from formula2net.compiler import compile
from formula2net.errors import (
    BlockError,
    FormulaError,
    NotationError,
    PassError,
    PathCountError,
    ShapeError,
)
from formula2net.formulas import get_formula, list_formulas
from formula2net.ir.ops import Apply, LinComb
from formula2net.ir.program import Program
from formula2net.language.backbone import Backbone
from formula2net.language.recursion import Recursion
from formula2net.language.schemes.multistep import LinearMultistep
from formula2net.language.schemes.tableau import ButcherTableau
from formula2net.language.structure import Concat
from formula2net.language.symbols import Index, Operator, Scalar, State
from formula2net.lower.check import program_counts
from formula2net.lower.verify import verify
from formula2net.passes.prune import Prune

X, Y, W, T, i, j = State("X"), State("Y"), Operator("W"), Operator("T"), Index("i"), Index("j")
SMALL = Backbone.cifar((2, 2), (4, 8))
FLAT = Backbone.cifar((3,), (4,))
TEXT = "X_i = (1 + W_i) X_{i-1} - W_{i-1} X_{i-2}; X_1 = (1 + W_1) X_0"


def test_a_formula_becomes_a_module() -> None:
    net = compile(get_formula("difference"), SMALL)
    assert isinstance(net, GraphModule)
    assert net(torch.randn(2, 3, 8, 8)).shape == (2, 10)


def test_text() -> None:
    net = compile(TEXT, SMALL)
    assert net.formula == get_formula("difference")
    with pytest.raises(NotationError):
        compile("X_i = (1 + W_i", SMALL)


def test_text_with_scalars() -> None:
    net = compile("X_i = A X_{i-1} + W_i X_{i-1}", FLAT, trainable={"A": 0.5})
    assert list(net.scalars) == ["A"]
    bound = compile("X_i = A X_{i-1} + W_i X_{i-1}", FLAT, scalars={"A": Rational(1, 2)})
    assert bound.formula == Recursion(Eq(X[i], X[i - 1] / 2 + W[i](X[i - 1])))


def test_what_is_no_formula_or_no_backbone() -> None:
    with pytest.raises(FormulaError, match="is no formula"):
        compile(Eq(X[i], W[i](X[i - 1])), FLAT)
    with pytest.raises(ShapeError, match="8 is no backbone: a network has widths and a head"):
        compile(TEXT, 8)  # type: ignore[arg-type]


def test_schemes() -> None:
    heun = ButcherTableau([[0, 0], [1, 0]], [Rational(1, 2), Rational(1, 2)], order=2)
    assert compile(heun, FLAT).formula == heun.recursion()
    adams = LinearMultistep.named("adams_bashforth2")
    assert compile(adams, FLAT).formula == adams.recursion()


@pytest.mark.parametrize("name", list_formulas())
def test_every_published_formula_makes_a_network(name: str) -> None:
    net = compile(get_formula(name), Backbone.cifar((3,), (16,)), "plain")
    net(torch.randn(2, 3, 8, 8)).sum().backward()
    assert all(parameter.grad is not None for parameter in net.parameters())


def conv(in_width: int, out_width: int, *, stride: int, ref: BlockRef) -> nn.Module:
    return nn.Conv2d(in_width, out_width, 3, stride, 1)


def test_blocks() -> None:
    seen: list[tuple[int, int, int, BlockRef]] = []

    def noted(in_width: int, out_width: int, *, stride: int, ref: BlockRef) -> nn.Module:
        seen.append((in_width, out_width, stride, ref))
        return conv(in_width, out_width, stride=stride, ref=ref)

    compile(get_formula("resnet"), SMALL, noted)
    assert seen == [
        (4, 4, 1, BlockRef("W_1", 1, 1, "W", 4)),
        (4, 4, 1, BlockRef("W_2", 2, 1, "W", 4)),
        (4, 8, 2, BlockRef("W_3", 3, 2, "W", 4)),
        (8, 8, 1, BlockRef("W_4", 4, 2, "W", 4)),
    ]
    assert "GroupNorm" in str(compile(get_formula("resnet"), SMALL, Basic(norm="group")))
    with pytest.raises(BlockError, match="Unknown block: 'bsaic'"):
        compile(get_formula("resnet"), SMALL, "bsaic")


def test_options_reach_stem_and_transitions() -> None:
    net = compile(get_formula("resnet"), SMALL, Basic(norm="group", activation="gelu"))
    kinds = {type(module) for module in net.modules()}
    assert nn.GroupNorm in kinds
    assert not kinds & {nn.BatchNorm2d, nn.ReLU}


def test_shapes_are_known_before_any_tensor(monkeypatch: pytest.MonkeyPatch) -> None:
    def made(*args: object, **kwargs: object) -> None:
        pytest.fail("a module was made")

    monkeypatch.setattr("formula2net.compiler.make_parts", made)
    with pytest.raises(ShapeError) as caught:
        compile(Recursion(Eq(X[i], X[i - 1] + W(X[i - 1]))), SMALL)
    assert "W" in str(caught.value)
    with pytest.raises(ShapeError, match="differ in resolution"):
        compile(Recursion(Eq(X[i], W[i](Concat(X[0], X[i - 1])))), SMALL)


def test_unused_blocks_are_refused() -> None:
    formula = Recursion([Eq(Y[i], T[i](X[i - 1])), Eq(X[i], X[i - 1] + W[i](X[i - 1]))])
    with pytest.raises(FormulaError, match="Each of the blocks T_1, T_2, T_3 is never reached"):
        compile(formula, FLAT)


def test_promises_are_kept() -> None:
    L = Symbol("L")
    kept = Recursion(Eq(X[i], (1 + W[i]) * X[i - 1]), expects={"words": 2**L})
    assert compile(kept, FLAT).paths().words == 8
    broken = Recursion(Eq(X[i], (1 + W[i]) * X[i - 1]), expects={"words": L + 1})
    with pytest.raises(PathCountError):
        compile(broken, FLAT)
    assert compile(broken, FLAT, check=False).paths().words == 8


def test_names_are_checked() -> None:
    with pytest.raises(FormulaError, match="stem is a reserved name"):
        compile(Recursion(Eq(X[i], Operator("stem")(X[i - 1]))), FLAT)
    with pytest.raises(FormulaError, match="every torch module has that attribute"):
        compile(Recursion(Eq(X[i], X[i - 1] + Operator("train")(X[i - 1]))), FLAT)


@dataclass(frozen=True)
class Rewrite:
    """A pass that changes the last sum."""

    factor: int
    name: str = "rewrite"

    def run(self, program: Program) -> Program:
        ops = list(program.ops)
        last = ops[program.output]
        assert isinstance(last, LinComb)
        ops[program.output] = LinComb(tuple((self.factor * c, v) for c, v in last.terms))
        return replace(program, ops=tuple(ops))


@dataclass(frozen=True)
class Telescope:
    """A pass for the difference formula: X_i = X_0 + W_i X_{i-1}, its reduced program."""

    name: str = "telescope"

    def run(self, program: Program) -> Program:
        ops = list(program.ops)
        applied = None
        for value, op in enumerate(ops):
            if isinstance(op, Apply):
                applied = value
            elif isinstance(op, LinComb) and applied is not None:
                ops[value] = LinComb(((1, 0), (1, applied)))
        return replace(program, ops=tuple(ops))


def test_passes() -> None:
    net = compile(get_formula("difference"), FLAT, passes=[Prune(), Telescope()])
    assert "X_3 = X_0 + W_3" in net.code
    assert verify(net).ok
    assert net.paths().wired == 12  # of the formula
    wired = {k: row.wired for k, row in program_counts(net.program, "exact").items()}
    assert sum(wired.values()) == 4
    images = torch.randn(2, 3, 8, 8)
    plain = compile(get_formula("difference"), FLAT)
    plain.load_state_dict(net.state_dict())  # names do not depend on passes
    assert torch.allclose(net.eval()(images), plain.eval()(images), atol=1e-5)


def test_a_pass_that_changes_paths() -> None:
    with pytest.raises(PassError) as caught:
        compile(get_formula("resnet"), FLAT, passes=[Rewrite(2)])
    message = str(caught.value)
    assert message.startswith("The pass rewrite changes the paths (paper view).")
    assert "before" in message
    assert "after" in message


def test_a_pass_that_breaks_the_program() -> None:
    with pytest.raises(PassError, match="The pass rewrite broke the program"):
        compile(get_formula("resnet"), FLAT, passes=[Rewrite(0)])
    with pytest.raises(PassError, match="is no pass"):
        compile(get_formula("resnet"), FLAT, passes=["prune"])  # type: ignore[list-item]


def test_check_reads_the_code_back(monkeypatch: pytest.MonkeyPatch) -> None:
    from formula2net.lower import emit as module

    class Careless(module._Emitter):
        """Adds where it should subtract."""

        def call(self, function, args, kwargs=None, value=None):  # type: ignore[no-untyped-def]
            function = module.operator.add if function is module.operator.sub else function
            return super().call(function, args, kwargs, value)

    monkeypatch.setattr(module, "_Emitter", Careless)
    with pytest.raises(PathCountError, match=r"does not have the paths of its formula \(paper"):
        compile(get_formula("difference"), FLAT)
    assert "X_2 = add + W_1" in compile(get_formula("difference"), FLAT, check=False).code


def test_a_thousand_blocks() -> None:
    net = compile(get_formula("difference"), Backbone.table(2, (500, 500), (2, 4)), "linear")
    assert len(net.program.blocks) == 1000
    assert net(torch.randn(3, 2)).shape == (3, 10)


def test_trainable_lanes() -> None:
    net = compile(get_formula("hyper_connection"), SMALL)
    net(torch.randn(2, 3, 8, 8)).sum().backward()
    assert len(net.scalars) > 4
    assert all(scalar.grad is not None for scalar in net.scalars.values())


def test_the_docstring_names_the_stages() -> None:
    text = compile.__doc__ or ""
    stages = ["reading", "unrolling", "passes", "shapes", "lowering", "checking"]
    assert re.findall(r"^    \d\. (\w+):", text, re.MULTILINE) == stages


def test_scalars_of_one_step() -> None:
    a = Scalar("a", start=Rational(1, 2))
    net = compile(Recursion(Eq(X[i], a[i] * X[i - 1] + W[i](X[i - 1]))), FLAT)
    assert [name for name, _ in net.named_parameters() if name.startswith("a_")] == [
        "a_1",
        "a_2",
        "a_3",
    ]
