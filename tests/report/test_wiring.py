"""The picture of a wiring: what stands where, and what it is called."""

from __future__ import annotations

from pathlib import Path

import pytest
from matplotlib import pyplot
from matplotlib.figure import Figure

from formula2net.errors import FormulaError
from formula2net.formulas import FORMULAS, get_formula
from formula2net.ir.program import Program
from formula2net.language.backbone import Backbone
from formula2net.language.notation import parse
from formula2net.passes.unroll import unroll
from formula2net.report.wiring import draw_wiring
from formula2net.report.wiring_curves import Curve
from formula2net.report.wiring_layout import Node, Wiring, lay_out
from formula2net.report.wiring_nodes import SIZES, as_math


def laid_out(text: str, depth: int | Backbone = 2) -> Wiring:
    return lay_out(unroll(parse(text), depth))


def texts(wiring: Wiring) -> list[tuple[str, str]]:
    """Kind and text of the nodes, from left to right and top to bottom."""
    nodes = sorted(wiring.nodes.values(), key=lambda node: (node.x, -node.y))
    return [(node.kind, node.text) for node in nodes]


def arrows(wiring: Wiring) -> set[tuple[str, str, str, bool]]:
    """Every edge, by the texts of its ends."""
    nodes = wiring.nodes
    return {(nodes[e.start].text, nodes[e.end].text, e.text, e.negative) for e in wiring.edges}


def test_the_difference_formula() -> None:
    program = unroll(get_formula("difference"), 2)
    wiring = lay_out(program)
    assert texts(wiring) == [
        ("state", "X_0"),
        ("block", "W_1"),
        ("state", "X_1"),
        ("block", "W_2"),
        ("state", "X_2"),
    ]
    assert {node.y for node in wiring.nodes.values()} == {0.0}
    assert arrows(wiring) == {
        ("X_0", "W_1", "", False),
        ("X_0", "X_1", "", False),
        ("W_1", "X_1", "", False),
        ("X_1", "W_2", "", False),
        ("X_1", "X_2", "", False),
        ("W_2", "X_2", "", False),
        ("W_1", "X_2", "−1", True),
    }


def test_straight_where_nothing_is_in_the_way_and_arcs_elsewhere() -> None:
    wiring = lay_out(unroll(get_formula("difference"), 2))
    sides = {}
    for edge in wiring.edges:
        curve = Curve.of(edge, wiring)
        ends = wiring.nodes[edge.start].text, wiring.nodes[edge.end].text
        sides[ends] = 0 if curve.is_straight else 1 if curve.at(0.5)[1] > 0 else -1
    assert sides == {
        ("X_0", "W_1"): 0,
        ("W_1", "X_1"): 0,
        ("X_1", "W_2"): 0,
        ("W_2", "X_2"): 0,
        ("X_0", "X_1"): 1,  # the identity skips the block
        ("X_1", "X_2"): 1,
        ("W_1", "X_2"): -1,  # what was added is taken back
    }


def test_a_line_begins_and_ends_at_the_borders() -> None:
    wiring = lay_out(unroll(get_formula("plain"), 1))
    (edge,) = wiring.edges
    start, end = Curve.of(edge, wiring).points
    assert start == (pytest.approx(SIZES["state"][0]), 0.0)
    assert end == (pytest.approx(1 - SIZES["block"][0]), 0.0)


def test_the_two_halves_of_a_revnet_have_a_row_each() -> None:
    nodes = {node.text: node for node in lay_out(unroll(get_formula("revnet"), 2)).nodes.values()}
    assert nodes["X_1"].y == nodes["X_2"].y
    assert nodes["Y_1"].y == nodes["Y_2"].y
    assert nodes["X_1"].y > nodes["F_2"].y > nodes["Y_1"].y
    assert (nodes["1/2"].kind, nodes["1/2"].note) == ("part", "X_0")
    assert nodes["1/2"].y > nodes["2/2"].y


def test_parts_stand_in_order() -> None:
    wiring = lay_out(unroll(get_formula("seqconv_windowed"), 1))
    parts = sorted((n for n in wiring.nodes.values() if n.kind == "part"), key=lambda n: -n.y)
    assert [node.text for node in parts] == ["1/4", "2/4", "3/4", "4/4"]


def test_coefficients() -> None:
    text = "X_i = X_{i-1}/2 - sqrt(2) W_i X_{i-1} + 12345/67891 V_i X_{i-1} - a U_i X_{i-1}"
    found = {edge[0]: edge[2:] for edge in arrows(laid_out(text, 1)) if edge[1] == "X_1"}
    assert found == {
        "X_0": ("1/2", False),
        "W_1": ("≈−1.41", True),
        "V_1": ("≈0.182", False),
        "U_1": ("−a", True),
    }
    (edge,) = (
        edge for edge in arrows(laid_out("X_i = (a + b) X_{i-1} + W_i X_{i-1}", 1)) if edge[2]
    )
    assert edge == ("X_0", "X_1", "…", False)


def test_a_gate_has_its_constant_in_the_sum() -> None:
    wiring = lay_out(unroll(get_formula("highway"), 1))
    assert ("sum", "+ 1") in texts(wiring)
    assert ("sigmoid", "+ 1", "−1", True) in arrows(wiring)
    assert [kind for kind, _ in texts(wiring)].count("gate") == 2
    assert not any(kind == "number" for kind, _ in texts(wiring))


def test_a_zero_is_shown() -> None:
    wiring = lay_out(unroll(get_formula("difference_system"), 1))
    zero = next(node for node in wiring.nodes.values() if node.kind == "number")
    assert (zero.text, zero.note) == ("0", "K_0")
    assert next(node.note for node in wiring.nodes.values() if node.text == "W_1") == "K_1"


def test_transitions_and_stages_of_a_backbone() -> None:
    wiring = lay_out(unroll(get_formula("resnet"), Backbone.cifar((1, 1), (8, 16))))
    kinds = [node.kind for node in wiring.nodes.values()]
    assert kinds.count("transition") == 1
    stages = {node.text: node.stage for node in wiring.nodes.values() if node.kind == "block"}
    assert stages == {"W_1": 1, "W_2": 2}


def test_what_the_output_does_not_depend_on_is_left_out() -> None:
    wiring = laid_out("X_i = W_i X_{i-1}; V_i = U_i V_{i-1}; V_0 = X_0; output = X_i", 1)
    assert "U_1" not in {node.text for node in wiring.nodes.values()}


@pytest.mark.parametrize("name", FORMULAS)
def test_no_two_values_overlap(name: str) -> None:
    nodes = list(lay_out(unroll(get_formula(name), 2)).nodes.values())
    for number, a in enumerate(nodes):
        for b in nodes[:number]:
            assert not _overlap(a, b), (a, b)


def _overlap(a: Node, b: Node) -> bool:
    (wide, tall), (wide_, tall_) = SIZES[a.kind], SIZES[b.kind]
    return abs(a.x - b.x) < wide + wide_ and abs(a.y - b.y) < tall + tall_


@pytest.mark.parametrize(
    ("ending", "magic"), [(".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF")]
)
def test_a_picture_in_the_format_of_its_name(ending: str, magic: bytes, tmp_path: Path) -> None:
    path = draw_wiring(get_formula("highway"), tmp_path / "new" / f"wiring{ending}", depth=2)
    assert path.read_bytes().startswith(magic)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    figures: list[Figure] = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, *_, **__: figures.append(figure))
    return figures


def _written(figure: Figure) -> set[str]:
    return {text.get_text() for text in (*figure.texts, *figure.axes[0].texts)}


def test_what_is_written(drawn: list[Figure], tmp_path: Path) -> None:
    draw_wiring(get_formula("resnet"), tmp_path / "a.png", Backbone.cifar((1, 1), (8, 16)))
    assert _written(drawn[0]) == {
        "X[i] = (1 + W[i])*X[i - 1]",
        "$X_{0}$",
        "$W_{1}$",
        "$X_{1}$",
        "$W_{2}$",
        "$X_{2}$",
        "stage 1",
        "stage 2",
    }


def test_a_program_has_no_title_unless_given(drawn: list[Figure], tmp_path: Path) -> None:
    program: Program = unroll(get_formula("resnet"), 1)
    draw_wiring(program, tmp_path / "a.png")
    draw_wiring(program, tmp_path / "a.png", title="one step, $5")
    assert [text.get_text() for figure in drawn for text in figure.texts] == ["one step, $5"]


def test_a_long_title_is_cut(drawn: list[Figure], tmp_path: Path) -> None:
    draw_wiring(get_formula("verner8_fixed"), tmp_path / "a.png", depth=1)
    lines = drawn[0].texts[0].get_text().split("\n")
    assert len(lines) == 6
    assert lines[-1] == "..."


def test_a_deep_network_has_fewer_pixels_an_inch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels: list[float] = []
    monkeypatch.setattr(
        Figure,
        "savefig",
        lambda figure, *_, dpi, **__: pixels.append(dpi * figure.get_figwidth()),
    )
    draw_wiring(get_formula("plain"), tmp_path / "a.png", depth=300)
    assert pixels == [pytest.approx(30_000)]


def test_pyplot_is_left_alone(tmp_path: Path) -> None:
    before = pyplot.get_fignums()
    draw_wiring(get_formula("resnet"), tmp_path / "a.png", depth=1)
    assert pyplot.get_fignums() == before


def test_a_network_and_an_answer_of_design_are_drawn_as_their_formula(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import formula2net as f2n

    backbone = Backbone.cifar((1, 1), (4, 8))
    net = f2n.compile(get_formula("difference"), backbone)
    drawn: list[tuple[object, str | None]] = []
    monkeypatch.setattr(
        "formula2net.report.wiring._save", lambda figure, path, title: drawn.append((path, title))
    )
    (answer,) = f2n.design("1 + sum(prod(W[L-j], j=0..k-1), k=1..m)")
    for formula in (net, get_formula("difference"), answer):
        draw_wiring(formula, tmp_path / "x.svg", backbone)
    assert drawn[0] == drawn[1] == drawn[2]
    assert lay_out(net.program).nodes == lay_out(unroll(get_formula("difference"), backbone)).nodes


@pytest.mark.parametrize(("formula", "hint"), [([1], "one of them, as answers[0]"), (3, "")])
def test_what_has_no_wiring(formula: object, hint: str, tmp_path: Path) -> None:
    with pytest.raises(FormulaError, match="is no formula") as caught:
        draw_wiring(formula, tmp_path / "x.png")
    assert caught.value.problems[0].try_ == hint


def test_a_text_has_wiring(tmp_path: Path) -> None:
    assert draw_wiring("X_i = W_i X_{i-1}", tmp_path / "x.png").exists()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("X_0", "$X_{0}$"),
        ("X_-1", "$X_{-1}$"),
        ("F_1_12", "$F_{1,12}$"),
        ("S_3.K_2", "$S_{3}.K_{2}$"),
        ("W@2", "$W^{(2)}$"),
        ("W_1@2", "$W_{1}^{(2)}$"),
        (r"\odot", r"$\odot$"),
        ("relu", "relu"),
        ("global_pool", "global_pool"),
        ("norm_3", "$norm_{3}$"),
        ("1/2", "1/2"),
        ("−1", "−1"),
        ("+", "+"),
    ],
)
def test_names_as_mathematics(text: str, shown: str) -> None:
    assert as_math(text) == shown
