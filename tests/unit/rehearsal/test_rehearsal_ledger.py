"""What cannot be removed keeps nothing else from being removed."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailctl.errors import RehearsalError
from mailctl.rehearsal import ledger
from mailctl.rehearsal.ledger import Ledger


def test_undo_goes_on_after_what_it_cannot_remove(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "RUNS", tmp_path)
    monkeypatch.setattr(ledger, "_PATIENCE", 0.05)
    run = Ledger("abc123")
    run.folder.mkdir()
    export, no_group = tmp_path / "export", tmp_path / "groups" / "unified" / "no-group"
    export.mkdir()
    (no_group / "in-the-way").mkdir(parents=True)
    (no_group / "in-the-way" / "file").touch()
    run.note("export", str(export))
    run.note("cgroup", str(no_group))
    with pytest.raises(RehearsalError, match=r"could not remove the cgroup .*no-group"):
        run.undo()
    assert not export.exists()
    assert Ledger.of("abc123").entries == run.entries
