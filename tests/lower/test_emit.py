"""The code of networks: what it says, and what it may be made of."""

from __future__ import annotations

import operator
import re
from textwrap import dedent

import pytest
import torch
from torch.fx import Graph

from formula2net.errors import FormulaError
from formula2net.ir.builder import Builder
from formula2net.ir.coefficient import scalar
from formula2net.ir.ops import Apply
from formula2net.ir.program import Program
from formula2net.lower.emit import emit
from tests.lower.cases import CASES

FUNCTIONS = {
    operator.add,
    operator.sub,
    operator.mul,
    operator.neg,
    operator.getitem,
    torch.add,
    torch.cat,
    torch.chunk,
    torch.zeros_like,
    torch.ones_like,
}


def body(graph: Graph) -> str:
    """The lines of the code that compute something, without what frees values."""
    lines = graph.python_code("self").src.split("\n")
    found = [line.partition(";")[0].strip() for line in lines]
    return "\n".join(line for line in found if " = " in line or line.startswith("return"))


def golden(text: str) -> str:
    return dedent(text).strip()


def test_difference() -> None:
    assert body(CASES["difference"].compile().graph) == golden(
        """
        X_0 = self.stem(x)
        W_1 = self.W_1(X_0)
        X_1 = X_0 + W_1
        W_2 = self.W_2(X_1)
        add = X_1 + W_2
        X_2 = add - W_1
        W_3 = self.W_3(X_2)
        transition_X_2_to_2 = self.transition_X_2_to_2(X_2)
        transition_X_W_2_to_2 = self.transition_X_W_2_to_2(W_2)
        add_1 = transition_X_2_to_2 + W_3
        X_3 = add_1 - transition_X_W_2_to_2
        W_4 = self.W_4(X_3)
        add_2 = X_3 + W_4
        X_4 = add_2 - W_3
        head = self.head(X_4)
        return head
        """
    )


def test_activation() -> None:
    assert body(CASES["resnet_relu"].compile().graph).startswith(
        golden(
            """
            X_0 = self.stem(x)
            W_1 = self.W_1(X_0)
            X_1_in = X_0 + W_1
            X_1 = self.relu(X_1_in)
            W_2 = self.W_2(X_1)
            """
        )
    )


def test_runge_kutta() -> None:
    assert body(CASES["rk4"].compile().graph).startswith(
        golden(
            """
            X_0 = self.stem(x)
            K1_1 = self.F_1_1(X_0)
            K2_1_in = torch.add(X_0, K1_1, alpha = 0.5)
            K2_1 = self.F_1_2(K2_1_in)
            K3_1_in = torch.add(X_0, K2_1, alpha = 0.5)
            K3_1 = self.F_1_3(K3_1_in)
            K4_1_in = X_0 + K3_1
            K4_1 = self.F_1_4(K4_1_in)
            add = torch.add(X_0, K1_1, alpha = 0.16666666666666666)
            add_1 = torch.add(add, K2_1, alpha = 0.3333333333333333)
            add_2 = torch.add(add_1, K3_1, alpha = 0.3333333333333333)
            X_1 = torch.add(add_2, K4_1, alpha = 0.16666666666666666)
            """
        )
    )


def test_gate() -> None:
    assert body(CASES["highway"].compile().graph).startswith(
        golden(
            """
            X_0 = self.stem(x)
            T_1 = self.T_1(X_0)
            sigmoid = self.sigmoid(T_1)
            H_1 = self.H_1(X_0)
            gate = sigmoid * H_1
            gate__2_in = 1 - sigmoid
            gate__2 = gate__2_in * X_0
            X_1 = gate + gate__2
            """
        )
    )


def test_parts_and_windows() -> None:
    assert body(CASES["seqconv_windowed"].compile().graph) == golden(
        """
        z = self.stem(x)
        z_parts = torch.chunk(z, 4, dim = 1)
        x_m3 = z_parts[0]
        x_m2 = z_parts[1]
        x_m1 = z_parts[2]
        x_0 = z_parts[3]
        x_1_in = torch.cat([x_m3, x_m2, x_m1, x_0], dim = 1)
        x_1 = self.F_1(x_1_in)
        x_2_in = torch.cat([x_m2, x_m1, x_0, x_1], dim = 1)
        x_2 = self.F_2(x_2_in)
        x_3_in = torch.cat([x_m1, x_0, x_1, x_2], dim = 1)
        x_3 = self.F_3(x_3_in)
        out = torch.cat([x_1, x_2, x_3], dim = 1)
        head = self.head(out)
        return head
        """
    )


def test_scalars_and_zeros() -> None:
    assert body(CASES["scalars"].compile().graph).startswith(
        golden(
            """
            X_0 = self.stem(x)
            W_1 = self.W_1(X_0)
            a_1 = self.a_1
            mul = a_1 * X_0
            sub = X_0 - mul
            X_1 = sub + W_1
            """
        )
    )
    assert "V_0 = torch.zeros_like(X_0)" in body(CASES["momentum"].compile().graph)


def test_tied_block_is_one_module_called_several_times() -> None:
    assert body(CASES["tied"].compile().graph).startswith(
        golden(
            """
            X_0 = self.stem(x)
            W = self.W(X_0)
            X_1 = torch.add(X_0, W, alpha = 0.5)
            W__2 = self.W(X_1)
            """
        )
    )


def test_formula_as_block_has_modules_within_a_module() -> None:
    net = CASES["nested"].compile()
    assert "F_1_W_2 = self.F_1.W_2(Y_1" not in net.code  # inner states have no name outside
    assert "self.F_1.W_2(" in net.code
    assert dict(net.F_1.named_children()).keys() == {"W_1", "W_2"}


@pytest.mark.parametrize("name", CASES)
def test_only_what_can_be_traced_again(name: str) -> None:
    net = CASES[name].compile()
    functions = {node.target for node in net.graph.nodes if node.op == "call_function"}
    assert functions <= FUNCTIONS
    net.graph.lint()


@pytest.mark.parametrize("name", CASES)
def test_one_application_is_one_call_and_nothing_is_dead(name: str) -> None:
    net = CASES[name].compile()
    calls = [str(node.target) for node in net.graph.nodes if node.op == "call_module"]
    applied = [op.block for value, op in net.program.applications() if value in net.program.live]
    assert sorted(call for call in calls if call in net.program.blocks) == sorted(applied)
    assert all(node.users or node.op == "output" for node in net.graph.nodes)


@pytest.mark.parametrize("name", CASES)
def test_values_are_freed_after_their_last_use(name: str) -> None:
    net = CASES[name].compile()
    lines = [line.partition(";") for line in net.code.split("\n")]
    for node in net.graph.nodes:
        if node.op == "output" or node.name == "head":
            continue
        word = re.compile(rf"(?<![\w.]){node.name}\b")
        last = max(k for k, (work, _, _) in enumerate(lines) if word.search(work))
        assert word.search(lines[last][2]), node.name


def program(build: Builder, output: int) -> Program:
    return build.finish(output, {("X", 0): 0})


def test_spellings_of_sums() -> None:
    build = Builder()
    x = build.input("X_0")
    w = build.apply(Apply("W", x))
    minus = build.apply(Apply("U", build.combine({x: -1, w: -1})))
    twice = build.apply(Apply("V", build.combine({x: 2})))
    big = build.apply(Apply("Z", build.combine({x: 2**60, w: -3, minus: -scalar("a")})))
    lines = body(emit(program(build, build.combine({minus: 1, twice: 1, big: 1}))))
    assert lines == golden(
        """
        X_0 = self.stem(x)
        W = self.W(X_0)
        neg = -X_0
        U_in = neg - W
        U = self.U(U_in)
        V_in = 2 * X_0
        V = self.V(V_in)
        mul = 1.152921504606847e+18 * X_0
        add = torch.add(mul, W, alpha = -3)
        a = self.a
        mul_1 = a * U
        Z_in = add - mul_1
        Z = self.Z(Z_in)
        add_1 = U + V
        out = add_1 + Z
        head = self.head(out)
        return head
        """
    )


def test_spellings_of_constants() -> None:
    build = Builder()
    x, one = build.input("X_0"), build.constant()
    half = build.combine({one: 3, x: -2})
    shifted = build.combine({x: 1, one: -1})
    scaled = build.combine({one: 2 * scalar("a")})
    gate = build.hadamard([half, shifted])
    lines = body(emit(program(build, build.hadamard([gate, scaled]))))
    assert lines == golden(
        """
        X_0 = self.stem(x)
        mul = -2 * X_0
        gate_in = 3 + mul
        gate_in__2 = X_0 - 1
        gate = gate_in * gate_in__2
        ones_like = torch.ones_like(gate)
        a = self.a
        mul_1 = a * ones_like
        mul_2 = 2 * mul_1
        gate__2 = gate * mul_2
        head = self.head(gate__2)
        return head
        """
    )


def test_a_number_is_no_feature() -> None:
    build = Builder()
    x = build.input("X_0")
    nothing = build.combine({})
    joined = build.concat([x, nothing])
    with pytest.raises(FormulaError, match="A plain number has no shape, and out needs a feature"):
        emit(program(build, joined))


def test_output_without_input() -> None:
    build = Builder()
    build.input("X_0")
    with pytest.raises(FormulaError, match="does not depend on the input"):
        emit(program(build, build.combine({})))


def test_deep_programs_need_no_recursion() -> None:
    build = Builder()
    x = build.input("X_0")
    for number in range(1, 3001):
        x = build.combine({x: 1, build.apply(Apply(f"W_{number}", x)): 1})
    assert len(emit(program(build, x)).nodes) == 6004
