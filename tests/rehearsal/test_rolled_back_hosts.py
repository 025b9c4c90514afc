"""A rollback brings the former generation back, and its mail still flows, on both releases."""

from __future__ import annotations

import smtplib
from dataclasses import replace

import pytest
from rehearsal_examples import spec_file

from mailctl.bundle import HostBundle
from mailctl.deploy.apply import bring
from mailctl.deploy.rollback import roll_back
from mailctl.proofs import incoming_mail, journals, outgoing_judged, submission_587
from mailctl.rehearsal.run import Options, Rehearsal, rehearsal
from mailctl.spec.load import load

FORMER_SIZE = b"message_size_limit = 52428800\n"
NEXT_SIZE = b"message_size_limit = 1048576\n"


def _with_smaller_messages(bundle: HostBundle) -> HostBundle:
    """The next generation: the same host, but for one figure that EHLO shows."""
    artefacts = tuple(
        replace(artefact, content=artefact.content.replace(FORMER_SIZE, NEXT_SIZE))
        for artefact in bundle.content.artefacts
    )
    assert artefacts != bundle.content.artefacts
    return replace(bundle, content=replace(bundle.content, artefacts=artefacts))


def _announced_sizes(up: Rehearsal) -> list[str]:
    """What each host's port 25 says after SIZE."""
    sizes = []
    for host in up.ground.system.hosts.values():
        with smtplib.SMTP(str(host.addresses[0]), timeout=10) as connection:
            connection.ehlo("client.invalid")
            sizes.append(connection.esmtp_features["size"])
    return sizes


@pytest.mark.hosts
def test_the_former_generation_comes_back_and_its_mail_flows() -> None:
    with rehearsal(load(spec_file("pair")), Options()) as up:
        assert _announced_sizes(up) == ["52428800", "52428800"]
        for bundle in up.stage.bundle.hosts:
            with up.remote(bundle.host) as remote:
                assert bring(remote, _with_smaller_messages(bundle)).generation == 2
        assert _announced_sizes(up) == ["1048576", "1048576"]
        for bundle in up.stage.bundle.hosts:
            with up.remote(bundle.host) as remote:
                assert roll_back(remote).generation == 1
        assert _announced_sizes(up) == ["52428800", "52428800"]
        proofs = (submission_587, incoming_mail, outgoing_judged, journals)
        report = up.prove(tuple(module.PROOF for module in proofs))
        assert report.holds, report
        for bundle in up.stage.bundle.hosts:
            with up.remote(bundle.host) as remote:
                # the generation that came back is what the spec says: nothing is left to do
                assert not bring(remote, bundle).changed
                assert remote.execs == 1
