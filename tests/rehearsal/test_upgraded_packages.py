"""Packages that are upgraded under us keep our configuration, and leave nothing to be done."""

from __future__ import annotations

import pytest
from rehearsal_examples import spec_file

from mailctl.deploy.apply import bring
from mailctl.proofs import certificate_authority, incoming_mail, submission_587
from mailctl.rehearsal.run import Options, rehearsal
from mailctl.spec.load import load

# what an upgrade does, for a host that has no newer version within reach
REINSTALL = (
    "DEBIAN_FRONTEND=noninteractive apt-get install --reinstall --yes"
    " -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold"
    " postfix postfix-lmdb dovecot-core dovecot-imapd opendkim"
)


@pytest.mark.hosts
def test_reinstalled_packages_change_nothing() -> None:
    with rehearsal(load(spec_file("pair")), Options(bare=True)) as up:
        # until it has its certificate a host looks at its own ports, and a client who comes while
        # Dovecot is away has Postfix give up the port for a minute
        assert up.prove((certificate_authority.PROOF,)).holds
        for machine in up.ground.machines.values():
            status, said = machine.run("sh", "-c", REINSTALL)
            assert status == 0, said
        report = up.prove((submission_587.PROOF, incoming_mail.PROOF))
        assert report.holds, [line.verdict for line in report.lines]
        for bundle in up.stage.bundle.hosts:
            with up.remote(bundle.host) as remote:
                assert not bring(remote, bundle).changed
