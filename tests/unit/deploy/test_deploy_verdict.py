"""How an agent's end becomes a generation or an error."""

from __future__ import annotations

import pytest

from mailctl.deploy.host import Outcome
from mailctl.deploy.lines import read_whole
from mailctl.deploy.verdict import generation
from mailctl.errors import (
    CheckRefused,
    HostError,
    Locked,
    Moved,
    NoSpace,
    PermissionDenied,
    RolledBack,
    Stuck,
    Unreachable,
)


def ended(*lines: str, status: int = 3, stderr: bytes = b"") -> Outcome:
    return Outcome(status, "".join(f"{line}\n" for line in lines).encode(), stderr)


def test_done_is_a_generation() -> None:
    assert generation("mail", ended("step\tx", "done\t7", status=0)) == 7


@pytest.mark.parametrize(
    ("lines", "error", "text"),
    [
        (("fail\tlocked\tmaria since noon",), Locked, "maria since noon"),
        (("fail\tspace\t12 KiB are free",), NoSpace, "12 KiB"),
        (("fail\tcheck\tdoveconf -n\tstatus 89", "detail\tline 3"), CheckRefused, "doveconf -n"),
        (("fail\tbuild\tpostmap x\tstatus 1",), CheckRefused, "postmap x"),
        (("fail\tpermission\tnot root",), PermissionDenied, "sudo: true"),
        (("fail\tmoved\tanother generation",), Moved, "run it again"),
        (("fail\taborted\tx",), HostError, "before the switch"),
        (("back\t3",), RolledBack, "generation 3 is live again"),
        (("back\t0",), RolledBack, "as it was before"),
        (("stuck\tpostfix does not stand", "back\t3"), Stuck, "postfix does not stand"),
        ((), Unreachable, "ended with status 3"),
    ],
)
def test_each_end_is_its_own_error(
    lines: tuple[str, ...], error: type[HostError], text: str
) -> None:
    with pytest.raises(error) as raised:
        generation("mail", ended(*lines))
    assert type(raised.value) is error
    assert text in str(raised.value)
    assert str(raised.value).startswith("mail: ")


def test_what_was_taken_back_is_to_be_mended_only_where_something_is_broken() -> None:
    with pytest.raises(RolledBack) as stopped:
        generation("mail", ended("back\t3"))
    assert str(stopped.value).endswith("; it was stopped before it was confirmed; run it again")
    with pytest.raises(RolledBack) as broken:
        generation("mail", ended("detail\tport 25 is silent", "back\t3"))
    assert str(broken.value).endswith("; mend this and run it again:\n    port 25 is silent")


def test_details_stand_below_each_on_a_line() -> None:
    with pytest.raises(CheckRefused) as raised:
        generation("mail", ended("detail\tline 1", "detail\tline 2", "fail\tcheck\tx\tstatus 1"))
    first, *others = str(raised.value).splitlines()
    assert first == (
        "mail: `x` refuses the new files: status 1; "
        "nothing was switched; mend this and run it again"
    )
    assert others == ["    line 1", "    line 2"]


def test_done_counts_only_with_status_0() -> None:
    with pytest.raises(HostError):
        generation("mail", ended("done\t7", status=4))


def test_sudo_that_refuses_is_no_permission() -> None:
    outcome = ended(status=1, stderr=b"sudo: a password is required\n")
    with pytest.raises(PermissionDenied, match="a password is required"):
        read_whole("mail", outcome)


def test_an_observation_that_is_cut_off_is_not_believed() -> None:
    with pytest.raises(Unreachable, match="before it was done"):
        read_whole("mail", ended("agent\t1", "uid\t0", status=0))
