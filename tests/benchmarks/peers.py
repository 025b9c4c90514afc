"""The ten hosts' files by pyinfra and by Ansible, in the ways that are fastest for each, and by
pyinfra a file at a time.

They bring the files of ./tree, comparing them by content, and do nothing else: no packages,
links or services, which mailctl looks after; only in one row pyinfra does. They know the hosts'
keys, use the same client key, and begin without a connection. Ansible's copy and template take
several times as long as these.
"""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

from ten_hosts import HOSTS, MAIL_PACKAGES, Way

PYINFRA = "pyinfra"
ANSIBLE = "Ansible"
FOLDER = "/srv/peer{}"
"""Where they bring the files to, by a host's number."""
LINKS = "/srv/peer{}.links"
PACKAGES = ("python3", "rsync")
"""What they need on a host."""

_SYNC = "files.sync(src=str(Path('tree').resolve()), dest=host.data.folder)"

_PYINFRA = {
    "sync": _SYNC,
    "rsync": "files.rsync(src='tree/', dest=f'{host.data.folder}/', flags=['-rpc'])",
    # not its fastest, but what its users write for a handful of files
    "put": "for file in sorted(Path('tree').resolve().iterdir()):\n"
    "    files.put(src=str(file), dest=f'{host.data.folder}/{file.name}')",
    # what whole_process.py has for mailctl: packages, a folder, links and a service besides
    "all": "from pyinfra.operations import apt, systemd\n"
    f"apt.packages(packages={list(MAIL_PACKAGES)!r})\n"
    "files.directory(path=f'{host.data.links}/mail')\n"
    f"{_SYNC}\n"
    "for number in range(4):\n"
    "    files.link(path=f'{host.data.links}/link{number}',\n"
    "               target=f'{host.data.folder}/file{number}')\n"
    "systemd.service(service=host.data.unit, running=True, enabled=True)",
}
_ANSIBLE = {
    "unarchive": {"unarchive": {"src": "tree.tar", "dest": "{{ folder }}/"}},
    # what the synchronize module runs, without that module's own work
    "rsync": {
        "command": "rsync -rpc -e 'ssh -p {{ ansible_port }} -i {{ ansible_ssh_private_key_file }} "
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


def commands(venv: Path, folder: Path, way: Way) -> dict[str, tuple[str, ...]]:
    """Their command lines, which run in the folder; all else that they read is written there."""
    _write_inventories(folder, way)
    (folder / "ansible.cfg").write_text(_ANSIBLE_CFG)
    for name, call in _PYINFRA.items():
        (folder / f"{name}.py").write_text(
            "from pathlib import Path\nfrom pyinfra import host\n"
            f"from pyinfra.operations import files\n{call}\n"
        )
    for name, task in _ANSIBLE.items():
        play = [{"hosts": "all", "gather_facts": False, "tasks": [task]}]
        (folder / f"{name}.json").write_text(json.dumps(play))
    pyinfra = (str(venv / "bin/pyinfra"), "--yes", "--no-wait", "inventory.py")
    ansible = (str(venv / "bin/ansible-playbook"), "-i", "inventory.json")
    return {
        **{f"{PYINFRA}, {name}": (*pyinfra, f"{name}.py") for name in _PYINFRA},
        **{f"{ANSIBLE}, {name}": (*ansible, f"{name}.json") for name in _ANSIBLE},
    }


def pack(folder: Path) -> None:
    """./tree as a tar, for those who unpack one on the host."""
    with tarfile.open(folder / "tree.tar", "w") as tar:
        for file in sorted((folder / "tree").iterdir()):
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
                "folder": FOLDER.format(number),
                "links": LINKS.format(number),
                "unit": f"bench{number}.target",
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
            "folder": FOLDER.format(number),
        }
        for number in HOSTS
    }
    (folder / "inventory.py").write_text(f"hosts = {pyinfra!r}\n")
    (folder / "inventory.json").write_text(json.dumps({"all": {"hosts": ansible}}))
