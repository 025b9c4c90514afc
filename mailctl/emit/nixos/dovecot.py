"""services.dovecot2: which of the two shapes that a release has."""

from __future__ import annotations

from mailctl.backends.dovecot.backend import dovecot_conf
from mailctl.backends.dovecot.review import serves
from mailctl.emit.nixos import dovecot_2_3, dovecot_2_4
from mailctl.emit.nixos.shapes import Shape
from mailctl.emit.nixos.values import Attrs
from mailctl.model.host import Host
from mailctl.model.system import System


def dovecot_options(system: System, host: Host, shape: Shape) -> Attrs:
    """What services.dovecot2 is; nothing where the host has no use for it."""
    if not serves(host):
        return Attrs(())
    made = dovecot_2_4.options if shape.dovecot_settings else dovecot_2_3.options
    return made(dovecot_conf(system, host))
