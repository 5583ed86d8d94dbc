"""Tables of results: from mappings, from CSV files, and those of the first paper."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from formula2net.errors import Formula2NetError
from formula2net.models.info import model_info
from formula2net.report import Results, list_results, load_results, read_results

CIFAR = ("CIFAR10 top-1", "CIFAR100 top-1")


def test_a_mapping_is_a_table() -> None:
    table = Results.of({"x": {"a": 1, "b": 2.5}, "y": {"b": 4, "a": 3}}, where="here")
    assert table == Results(("a", "b"), ("x", "y"), ((1.0, 2.5), (3.0, 4.0)), "here")
    assert table.figure("b", "y") == 4


def test_a_csv_file_is_a_table(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    path.write_text("\ufeffdata, a, b\n\nx, 1, 2.5\ny, 3, 4e0\n", encoding="utf-8")
    assert read_results(path) == Results(
        ("a", "b"), ("x", "y"), ((1.0, 2.5), (3.0, 4.0)), str(path)
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no results."),
        ("data,a,b\n", "has no results."),
        ("data,a,b\nx,1,two\n", "'two' in the row of x is no number."),
        ("data,a,b\nx,1,\n", "'' in the row of x is no number."),
        ("data,a,b\nx,1,nan\n", "The figure of b on x is nan."),
        ("data,a,b\nx,1\n", "The row of x does not fit the methods.\n  got 1 figures"),
        ("data,a,b\nx,1,2\nx,3,4\n", "The data set 'x' is there twice."),
        ("data,a,a\nx,1,2\n", "The method 'a' is there twice."),
    ],
)
def test_a_file_that_is_no_table(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Formula2NetError) as raised:
        read_results(path)
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Results.of({"x": {"a": 1}, "y": {"b": 2}}), "The row of y has other methods"),
        (lambda: Results(("a",), ("x", "y"), ((1.0,),)), "A row is missing.\n  got 1 rows"),
        (lambda: load_results("table4"), "There is no table 'table4'."),
        (lambda: load_results(), "There is no table ''."),
        (lambda: load_results("table1", "table2"), "are not about the same methods."),
        (lambda: load_results("table1").only("MNIST*"), "No data sets match 'MNIST*'."),
        (lambda: load_results("table1").only(methods="VGG*"), "No methods match 'VGG*'."),
    ],
)
def test_what_is_wrong_is_said(call: Any, message: str) -> None:
    with pytest.raises(Formula2NetError) as raised:
        call()
    assert message in str(raised.value)


def test_the_tables_of_the_paper() -> None:
    sizes = {
        name: (len(t.methods), len(t.data_sets))
        for name in list_results()
        for t in [load_results(name)]
    }
    assert sizes == {
        "table1": (8, 6),
        "table2": (16, 2),
        "table3": (8, 1),
        "table5": (16, 2),
        "table6": (16, 2),
        "table7": (16, 2),
        "table8": (24, 3),
    }
    assert load_results("table5").where == "A.2, Table 5"


def test_tables_one_below_the_other() -> None:
    both = load_results("table5", "table7")
    assert both.data_sets == (
        "CIFAR10 top-1 (A.2, Table 5)",
        "CIFAR100 top-1 (A.2, Table 5)",
        "CIFAR10 top-1 (A.2, Table 7)",
        "CIFAR100 top-1 (A.2, Table 7)",
    )
    assert both.figure("Res2NeXt2s", "CIFAR10 top-1 (A.2, Table 7)") == 96.97


def test_a_part_of_a_table() -> None:
    part = load_results("table1").only("*top-1", "*34*")
    assert part.methods == ("ResNet34", "ResNet34s")
    assert part.data_sets == ("CIFAR10 top-1", "CIFAR100 top-1", "ImageNet top-1")
    assert part.figures == ((94.75, 95.10), (77.09, 77.48), (72.14, 72.38))


def test_table_8_repeats_the_accuracies_of_tables_1_and_2() -> None:
    seen, last = load_results("table8"), "CIFAR100 top-1"
    for name in ("table1", "table2"):
        table = load_results(name)
        for method in table.methods:
            assert seen.figure(method, last) == table.figure(method, last)


def test_table_8_has_the_counts_of_the_registered_networks() -> None:
    table = load_results("table8")
    names = {
        "ResNeXt2": "resnext29_2x64d",
        "ResNeXt4": "resnext29_4x64d",
        "Res2NeXt2": "res2next29_6c24w4s",
        "Res2NeXt4": "res2next29_8c25w4s",
    }
    for method in table.methods:
        plain = method.removesuffix("s")
        name = names.get(plain) or plain.lower().replace("seres", "se_res")
        published = model_info(name if plain == method else f"difference_{name}").published
        assert float(published["params"].removesuffix("M")) == table.figure(method, "Params (M)")
        assert float(published["flops"].split()[0]) == table.figure(method, "FLOPs")


def test_table_2_is_the_mean_of_tables_5_to_7_but_for_three_figures() -> None:
    mean, seeds = load_results("table2"), [load_results(f"table{n}") for n in (5, 6, 7)]
    other = {}
    for data_set in CIFAR:
        for method in mean.methods:
            figures = [Decimal(str(seed.figure(method, data_set))) for seed in seeds]
            expected = (sum(figures) / 3).quantize(Decimal("0.01"), ROUND_HALF_UP)
            printed = Decimal(str(mean.figure(method, data_set)))
            if expected != printed:
                other[method, data_set] = (str(printed), str(expected))
    assert other == {
        ("SEResNet18", "CIFAR10 top-1"): ("95.29", "95.27"),
        ("Res2NeXt4s", "CIFAR10 top-1"): ("96.09", "96.01"),
        ("ResNeXt4s", "CIFAR100 top-1"): ("81.06", "81.07"),  # 81.0666..., cut
    }
