"""Without libyaml the same specs are read and refused, by PyYAML's own parser."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailctl.errors import SpecError
from mailctl.spec import parser
from mailctl.spec.load import examine, load

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = sorted(ROOT.glob("examples/*/mail.yaml"))
BROKEN = sorted((ROOT / "tests" / "invalid").glob("yaml-*.yaml"))


def _refusal(spec: Path) -> list[tuple[str, int]]:
    with pytest.raises(SpecError) as caught:
        examine(spec)
    return [(issue.rule, issue.line) for issue in caught.value.issues]


@pytest.mark.parametrize("spec", EXAMPLES, ids=lambda path: path.parent.name)
def test_examples(spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_libyaml = load(spec)
    monkeypatch.setattr(parser, "HAS_LIBYAML", False)
    assert load(spec) == with_libyaml


@pytest.mark.parametrize("spec", BROKEN, ids=lambda path: path.stem)
def test_broken_ones(spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_libyaml = _refusal(spec)
    monkeypatch.setattr(parser, "HAS_LIBYAML", False)
    assert _refusal(spec) == with_libyaml
