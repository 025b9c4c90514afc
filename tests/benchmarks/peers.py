"""The same twenty files by pyinfra and by Ansible, in the ways that are fastest for each.

They only bring files, which stand ready in a folder: no packages, links, checks or services, as
mailctl does. All of them know the hosts' keys, use the same client key, and begin without a
connection. Each `Variant` is one way; the benchmark tries all and keeps the fastest of a peer.
"""

from __future__ import annotations

import json
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from measured import Measured, measure
from ten_servers import HOSTS, Way, bundle

_PYINFRA = {
    "put": "for file in sorted(Path('tree').resolve().iterdir()):\n"
    "    files.put(src=str(file), dest=f'{host.data.folder}/{file.name}', mode='644',\n"
    "              create_remote_dir=False)\n",
    "sync": "files.sync(src=str(Path('tree').resolve()), dest=host.data.folder)\n",
    "rsync": "files.rsync(src='tree/', dest=f'{host.data.folder}/', flags=['-a'])\n",
}
_ANSIBLE = {
    "copy": {"copy": {"src": "tree/", "dest": "{{ folder }}/", "mode": "0644"}},
    "unarchive": {"unarchive": {"src": "tree.tar", "dest": "{{ folder }}/"}},
    # what the synchronize module runs, without that module's own work
    "rsync": {
        "command": "rsync -a -e 'ssh -p {{ ansible_port }} -i {{ ansible_ssh_private_key_file }} "
        "{{ ansible_ssh_common_args }}' tree/ root@{{ ansible_host }}:{{ folder }}/",
        "delegate_to": "localhost",
    },
}
_ANSIBLE_CFG = """\
[defaults]
forks = 10
gathering = explicit
stdout_callback = minimal
localhost_warning = False
retry_files_enabled = False
interpreter_python = /usr/bin/python3
[ssh_connection]
pipelining = True
ssh_args = -o ControlMaster=auto -o ControlPersist=15s
"""


@dataclass(frozen=True, slots=True)
class Variant:
    """One way of one peer: `run(way)` does it to all hosts, in a folder of files of its own."""

    peer: str
    name: str
    argv: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self, way: Way) -> Measured:
        """One whole process."""
        _write_inventories(self.folder, way)
        # ssh's masters of the run before are no help to this one
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as control:
            return measure(
                self.argv, self.folder, {**self.environment, "ANSIBLE_SSH_CONTROL_PATH_DIR": control}
            )


def variants(venv: Path, folder: Path) -> tuple[Variant, ...]:
    """All ways of all peers that the venv has; what they read is written to the folder."""
    (folder / "ansible.cfg").write_text(_ANSIBLE_CFG)
    for name, body in _PYINFRA.items():
        (folder / f"{name}.py").write_text(
            "from pathlib import Path\nfrom pyinfra import host\n"
            f"from pyinfra.operations import files\n{body}"
        )
    for name, task in _ANSIBLE.items():
        play = [{"hosts": "all", "gather_facts": False, "tasks": [task]}]
        (folder / f"{name}.json").write_text(json.dumps(play))
    plugins = next(venv.glob("lib/python3*/site-packages/ansible_mitogen/plugins/strategy"))
    mitogen = {"ANSIBLE_STRATEGY_PLUGINS": str(plugins), "ANSIBLE_STRATEGY": "mitogen_linear"}
    pyinfra = (str(venv / "bin/pyinfra"), "--yes", "--no-wait", "inventory.py")
    ansible = (str(venv / "bin/ansible-playbook"), "-i", "inventory.json")
    return (
        *(Variant("pyinfra", name, (*pyinfra, f"{name}.py"), folder) for name in _PYINFRA),
        *(Variant("Ansible", name, (*ansible, f"{name}.json"), folder) for name in _ANSIBLE),
        *(
            Variant("Ansible", f"{name}, mitogen", (*ansible, f"{name}.json"), folder, mitogen)
            for name in ("copy", "unarchive")
        ),
    )


def write_tree(folder: Path, changed: bytes = b"") -> None:
    """What a template run would have made: the files, and the same as a tar."""
    tree = folder / "tree"
    tree.mkdir(exist_ok=True)
    for artefact in bundle(changed).content.artefacts:
        file = tree / Path(artefact.path).name
        if not file.exists() or file.read_bytes() != artefact.content:
            file.write_bytes(artefact.content)
    with tarfile.open(folder / "tree.tar", "w") as tar:
        for file in sorted(tree.iterdir()):
            tar.add(file, file.name)


def _write_inventories(folder: Path, way: Way) -> None:
    pyinfra = [
        (
            f"host{number}",
            {
                "ssh_hostname": way.address,
                "ssh_port": way.port(number),
                "ssh_user": "root",
                "ssh_key": str(way.identity),
                "ssh_known_hosts_file": str(way.known_hosts),
                "ssh_strict_host_key_checking": "yes",
                "folder": f"/srv/peer{number}",
            },
        )
        for number in HOSTS
    ]
    ansible = {
        f"host{number}": {
            "ansible_host": way.address,
            "ansible_port": way.port(number),
            "ansible_user": "root",
            "ansible_ssh_private_key_file": str(way.identity),
            "ansible_ssh_common_args": f"-o UserKnownHostsFile={way.known_hosts} "
            "-o StrictHostKeyChecking=yes",
            "folder": f"/srv/peer{number}",
        }
        for number in HOSTS
    }
    (folder / "inventory.py").write_text(f"hosts = {pyinfra!r}\n")
    (folder / "inventory.json").write_text(json.dumps({"all": {"hosts": ansible}}))
