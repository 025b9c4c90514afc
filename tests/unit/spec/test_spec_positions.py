"""Every node of a file is found where it stands."""

from __future__ import annotations

from pathlib import Path

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spec_building import write

from mailctl.spec.positions import find_all

NAMES = st.text("abcd \u00fc\U0001f600", min_size=1, max_size=4).map(lambda text: f"k{text}k")
VALUES = st.recursive(
    NAMES, lambda below: st.lists(below, max_size=3) | st.dictionaries(NAMES, below, max_size=3)
)
Path_ = tuple[str | int, ...]


def _marks(node: yaml.Node, path: Path_) -> dict[tuple[Path_, bool], tuple[int, int]]:
    """Positions as PyYAML's own composer has them."""
    marks = {(path, False): (node.start_mark.line + 1, node.start_mark.column + 1)}
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            below = (*path, key.value)
            marks |= _marks(value, below)
            marks[below, True] = (key.start_mark.line + 1, key.start_mark.column + 1)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            marks |= _marks(value, (*path, index))
    return marks


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(value=st.dictionaries(NAMES, VALUES, min_size=1, max_size=4), flow=st.booleans())
def test_as_pyyaml_marks_them(tmp_path: Path, value: object, flow: bool) -> None:
    text = yaml.safe_dump(value, allow_unicode=True, default_flow_style=flow)
    path = write(tmp_path, text)
    wanted = _marks(yaml.compose(text, yaml.SafeLoader), ())
    found = find_all(path, "m", wanted)
    assert {key: (place.line, place.column) for key, (_, place) in found.items()} == wanted
    assert all(depth == len(key[0]) for key, (depth, _) in found.items())


def test_what_is_missing_is_placed_at_the_nearest_thing_above(tmp_path: Path) -> None:
    path = write(tmp_path, "a:\n  b: [x, y]\nc: {}\n")
    asked = ((("a", "b", 7), False), (("a", "z", "z"), False), (("q",), True))
    found = find_all(path, "m", asked)
    assert [str(found[key][1]) for key in asked] == ["m:2:6", "m:2:3", "m:1:1"]
    assert [found[key][0] for key in asked] == [2, 1, 0]


def test_an_alias_is_placed_where_it_is_used(tmp_path: Path) -> None:
    path = write(tmp_path, "a: &a {b: c}\nd:\n  - *a\n")
    key = (("d", 0, "b"), False)
    assert str(find_all(path, "m", [key])[key][1]) == "m:3:5"


def test_a_file_that_has_gone_is_no_error(tmp_path: Path) -> None:
    key = (("a",), False)
    assert str(find_all(tmp_path / "gone", "m", [key])[key][1]) == "m:1:1"
