"""Numbers of a backbone: shapes of steps, validation, JSON."""

import dataclasses
import json
import pickle
import subprocess
import sys

import pytest

from formula2net.errors import ShapeError
from formula2net.language.backbone import Backbone, Head, Shape, Stage, Stem


def shapes(backbone):
    return [backbone.shape_of(stage) for stage in range(len(backbone.stages) + 1)]


def test_cifar_has_the_shapes_of_resnet18():
    backbone = Backbone.cifar()
    assert backbone.depth == 8
    assert shapes(backbone) == [
        Shape(64, 1),
        Shape(64, 1),
        Shape(128, 2),
        Shape(256, 4),
        Shape(512, 8),
    ]
    assert [backbone.stage_of(step) for step in range(-2, 9)] == [0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert backbone.head == Head("classifier", 10)
    assert (backbone.transition, backbone.dims) == ("projection", 2)


def test_imagenet_counts_the_stride_of_its_stem():
    backbone = Backbone.imagenet(blocks=(3, 4, 6, 3))
    assert backbone.depth == 16
    assert [shape.stride for shape in shapes(backbone)] == [4, 4, 8, 16, 32]
    assert backbone.head.num_classes == 1000


def test_a_bottleneck_net_has_a_narrow_stem():
    backbone = Backbone.cifar(widths=(256, 512, 1024, 2048), stem_width=64)
    assert shapes(backbone)[:2] == [Shape(64, 1), Shape(256, 1)]


def test_strides_are_as_given():
    backbone = Backbone.cifar(blocks=(1, 1), widths=(8, 8), strides=(3, 1), dims=1)
    assert shapes(backbone) == [Shape(8, 1), Shape(8, 3), Shape(8, 3)]


def test_a_table_has_no_resolution():
    backbone = Backbone.table(7, blocks=(2, 3), widths=(32, 16), num_classes=3)
    assert shapes(backbone) == [Shape(32, 1), Shape(32, 1), Shape(16, 1)]
    assert backbone.stem == Stem("linear", 7, 32)
    assert (backbone.depth, backbone.dims) == (5, 0)


def test_a_stem_of_kind_none_hands_on_its_input():
    assert Stem("none", 5).width == 5
    backbone = Backbone(Stem("none", 5), (Stage(2, 8, 2),))
    assert shapes(backbone) == [Shape(5, 1), Shape(8, 2)]


def test_no_classes_means_features():
    for make in (Backbone.cifar, Backbone.imagenet):
        assert make(num_classes=0).head == Head("features")
    assert Backbone.table(4, num_classes=0).head == Head("features")
    assert Head("features").num_classes == 0


def test_stages_may_be_a_list_and_the_whole_is_hashable():
    backbone = Backbone(Stem(), [Stage(1, 64)])
    assert backbone.stages == (Stage(1, 64),)
    assert hash(backbone) == hash(Backbone(Stem(), (Stage(1, 64),)))
    with pytest.raises(dataclasses.FrozenInstanceError):
        backbone.dims = 1


CASES = {
    "no blocks": (
        lambda: Stage(0, 8),
        "A stage has blocks=0.\n  expected a positive integer",
    ),
    "several numbers at once": (
        lambda: Stage(1, -8, 1.5),
        (
            "A stage has width=-8.\n  expected a positive integer\n\n"
            "A stage has stride=1.5.\n  expected a positive integer"
        ),
    ),
    "a truth value": (
        lambda: Stage(True, 8),
        "A stage has blocks=True.\n  expected a positive integer",
    ),
    "stem": (
        lambda: Stem("cifra"),
        (
            "Unknown stem: 'cifra'.\n"
            "  expected 'cifar', 'conv', 'deep', 'imagenet', 'linear', 'none' or 'pointwise'"
        ),
    ),
    "stem width": (
        lambda: Backbone.cifar(stem_width=-1),
        "A stem has width=-1.\n  expected a positive integer",
    ),
    "stem that does nothing": (
        lambda: Stem("none", 3, 64),
        (
            "A stem of kind 'none' turns 3 channels into 64.\n"
            "  expected equal numbers: X_0 is the input"
        ),
    ),
    "head": (
        lambda: Head("pool"),
        "Unknown head: 'pool'.\n  expected 'classifier', 'embedding' or 'features'",
    ),
    "classes": (
        lambda: Backbone.cifar(num_classes=-1),
        "A head has num_classes=-1.\n  expected a positive integer",
    ),
    "classes of features": (
        lambda: Head("features", 5),
        (
            "A head of kind 'features' cannot give 5 classes.\n"
            "  try: Head('classifier', num_classes=...)"
        ),
    ),
    "transition": (
        lambda: Backbone.cifar(transition="pool"),
        (
            "Unknown transition: 'pool'.\n"
            "  expected 'projection', 'conv', 'identity', 'avgpool' or 'layer'"
        ),
    ),
    "dims": (
        lambda: Backbone.cifar(dims=4),
        "Unknown number of axes of resolution (dims): 4.\n  expected 0, 1, 2 or 3",
    ),
    "lengths": (
        lambda: Backbone.cifar(blocks=(3, 3, 3)),
        "Every stage needs blocks, a width and a stride.\n  got 3 blocks, 4 widths, 3 strides",
    ),
    "no stages": (
        lambda: Backbone.cifar(blocks=(), widths=()),
        "A backbone has no stages.\n  try: blocks=(2, 2, 2, 2)",
    ),
    "no stages at all": (lambda: Backbone(Stem(), ()), "A backbone has no stages."),
    "strides of features": (
        lambda: Backbone(Stem("cifar", 3), (Stage(1, 8, 2),), dims=0),
        (
            "The stride of stage 1 is 2.\n  expected 1 with dims=0\n\n"
            "A stem of kind 'cifar' convolves, and this backbone has dims=0.\n"
            "  try: Stem('linear', ...)"
        ),
    ),
    "linear stem of images": (
        lambda: Backbone(Stem("linear", 3), (Stage(1, 8),)),
        (
            "A linear stem reads bare features, and this backbone has dims=2.\n"
            "  try: Stem('cifar', ...)"
        ),
    ),
    "step beyond the depth": (
        lambda: Backbone.cifar().stage_of(9),
        "There is no step 9.\n  expected at most 8",
    ),
    "stage beyond the last": (
        lambda: Backbone.cifar().shape_of(5),
        "There is no stage 5.\n  expected 0 (the stem's output) to 4",
    ),
    "stage before the stem": (
        lambda: Backbone.cifar().shape_of(-1),
        "There is no stage -1.\n  expected 0 (the stem's output) to 4",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_errors_name_the_numbers(case):
    make, message = CASES[case]
    with pytest.raises(ShapeError) as caught:
        make()
    assert str(caught.value) == message


BACKBONES = {
    "cifar": Backbone.cifar(blocks=(3, 3, 3), widths=(16, 32, 64), transition="identity"),
    "imagenet": Backbone.imagenet(num_classes=0, dims=3),
    "table": Backbone.table(9),
    "by hand": Backbone(Stem("none", 5), (Stage(2, 8, 2), Stage(1, 4)), "avgpool", dims=1),
}


@pytest.mark.parametrize("name", BACKBONES)
def test_json_and_pickle_keep_everything(name):
    backbone = BACKBONES[name]
    text = json.dumps(backbone.to_dict())
    assert Backbone.from_dict(json.loads(text)) == backbone
    assert pickle.loads(pickle.dumps(backbone)) == backbone


def test_to_dict_reads_like_the_call():
    assert Backbone.table(7, blocks=(2,), widths=(32,), num_classes=3).to_dict() == {
        "stem": {"kind": "linear", "in_chans": 7, "width": 32},
        "stages": [{"blocks": 2, "width": 32, "stride": 1}],
        "transition": "projection",
        "head": {"kind": "classifier", "num_classes": 3, "norm": False, "drop_rate": 0.0},
        "dims": 0,
    }


def test_a_callable_transition_is_accepted_but_cannot_be_written_down():
    backbone = Backbone.cifar(transition=max)
    assert backbone.transition is max
    with pytest.raises(ShapeError, match="is a callable and cannot be written down"):
        backbone.to_dict()


@pytest.mark.parametrize("spoil", ["missing", "unknown", "unknown inside", "wrong"])
def test_from_dict_refuses_what_is_not_a_backbone(spoil):
    data = Backbone.cifar().to_dict()
    if spoil == "missing":
        del data["stages"]
    elif spoil == "unknown":
        data["colour"] = 1
    elif spoil == "unknown inside":
        data["stem"]["colour"] = 1
    else:
        data["dims"] = 7
    with pytest.raises(ShapeError, match=r"stages|colour|7"):
        Backbone.from_dict(data)


def test_no_torch_is_loaded():
    code = "import formula2net.language.backbone, sys; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
