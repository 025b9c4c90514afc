"""Every example is a spec that holds: on the platform it names, and on the other one."""

from __future__ import annotations

import pytest
from rehearsal_examples import Rehearse

from mailctl.model.platform import DEBIAN_PLATFORMS
from mailctl.proofs.base import Outcome
from mailctl.proofs.registry import PROOFS
from mailctl.rehearsal.run import AGAIN

pytestmark = [pytest.mark.hosts, pytest.mark.timeout(600)]

REHEARSALS = (
    pytest.param("talk", "", False, id="talk"),
    pytest.param("talk", "debian-12", False, id="talk-on-debian-12"),
    pytest.param("office", "", False, id="office"),
    pytest.param("office", "debian-13", False, id="office-on-debian-13"),
    pytest.param("pair", "", False, id="pair"),
    pytest.param("pair", "", True, id="pair-from-bare-hosts"),
    # no example: what they leave out, on both platforms
    pytest.param("apart", "debian-12", False, id="apart-on-debian-12"),
    pytest.param("apart", "debian-13", False, id="apart-on-debian-13"),
)


@pytest.mark.parametrize(("example", "platform", "bare"), REHEARSALS)
def test_no_proof_fails(rehearsed: Rehearse, example: str, platform: str, bare: bool) -> None:
    report = rehearsed(example, platform, bare)
    failed = [
        f"{line.host} ({line.platform}): {line.proof}: {line.verdict.evidence}"
        for line in report.lines
        if line.verdict.outcome is Outcome.FAILS
    ]
    assert not failed, "\n".join(failed)
    assert report.holds


@pytest.mark.parametrize("platform", DEBIAN_PLATFORMS)
@pytest.mark.parametrize("proof", [AGAIN, *(proof.id for proof in PROOFS)])
def test_every_proof_holds_somewhere_on_each_platform(
    rehearsed: Rehearse, proof: str, platform: str
) -> None:
    """A proof that applies to no example would say nothing about us."""
    reports = [rehearsed(*parameters.values) for parameters in REHEARSALS]
    verdicts = [
        line.verdict
        for report in reports
        for line in report.lines
        if (line.proof, line.platform) == (proof, platform)
    ]
    assert Outcome.HOLDS in {verdict.outcome for verdict in verdicts}, verdicts
