"""Reads the sections of all files by the table, and builds the System."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mailctl.model.domain import Domain
from mailctl.model.host import Host
from mailctl.model.names import Address, DomainName
from mailctl.model.system import System
from mailctl.model.user import User
from mailctl.spec import build
from mailctl.spec.inherit import Found, look_up
from mailctl.spec.kinds import shown
from mailctl.spec.locate import FileProblem, Locator
from mailctl.spec.nodes import Scalar, SpecFile
from mailctl.spec.problems import Problem, Refused
from mailctl.spec.record import SpecRecord, domain_layers, named_layer
from mailctl.spec.shapes import same_name
from mailctl.spec.suggest import did_you_mean
from mailctl.spec.table.file import FILE_KEYS, SECTIONS, VERSION_KIND

Given = Mapping[str, Any]
Take = Callable[[Any, Any, SpecFile, str], None]
"""What is done with an entry: its name, its value as read, its file, its key as written."""


class Reader:
    """Reads a spec's files; `problems` holds what is wrong in single values.

    It takes the entries out of the files' values as it goes, so that a big spec is not held
    twice.
    """

    def __init__(self, files: Sequence[SpecFile], locator: Locator) -> None:
        self.problems: list[FileProblem] = []
        self._files = files
        self._locator = locator
        self._hosts: dict[str, Host] = {}
        self._policies: dict[str, Given] = {}
        self._given_domains: dict[DomainName, Given] = {}
        self._domains: dict[DomainName, Domain] = {}
        self._quotas: dict[DomainName, int | None] = {}
        self._users: dict[Address, User] = {}
        self._user_policies: dict[Address, str] = {}
        self._aliases: dict[Address, tuple[Address, ...]] = {}

    def read(self) -> SpecRecord:
        """The whole spec. Only meaningful when there are no `problems` afterwards."""
        for index, file in enumerate(self._files):
            self._check_file(file, is_first=index == 0)
        self._read_section("hosts", self._take_host, self._hosts)
        self._read_section("policies", self._take_policy, self._policies)
        self._read_section("domains", self._take_domain, self._domains)
        self._read_section("users", self._take_user, self._users)
        self._read_section("aliases", self._take_alias, self._aliases)
        system = System(
            self._files[0].folder, self._hosts, self._domains, self._users, self._aliases
        )
        return SpecRecord(system, self._policies, self._given_domains, self._user_policies)

    def _take_host(self, name: str, given: Given, file: SpecFile, _: str) -> None:
        self._hosts[name] = build.host(name, given, file.folder)

    def _take_policy(self, name: str, given: Given, _file: SpecFile, _key: str) -> None:
        self._policies[name] = given

    def _take_domain(self, name: DomainName, given: Given, file: SpecFile, key: str) -> None:
        self._check_policy(given, file, ("domains", key))
        self._given_domains[name] = given
        policy = build.mail_policy(domain_layers(name, given, self._policies))
        self._domains[name] = build.domain(name, given, file.folder, policy, self._hosts)
        self._quotas[name] = policy.quota

    def _take_user(self, address: Address, given: Given, file: SpecFile, key: str) -> None:
        quota = self._quotas.get(address.domain)
        if "policy" in given:
            self._check_policy(given, file, ("users", key))
            self._user_policies[address] = given["policy"]
            found = look_up(named_layer(given, self._policies), "quota")
            quota = found.value if isinstance(found, Found) else quota
        if "quota" in given:
            quota = given["quota"]
        self._users[address] = build.user(address, given, file.folder, quota)

    def _take_alias(self, name: Address, targets: Any, _file: SpecFile, _key: str) -> None:
        self._aliases[name] = targets

    def _check_policy(self, given: Given, file: SpecFile, where: tuple[str, str]) -> None:
        policy = given.get("policy")
        if policy is not None and policy not in self._policies and policy != "default":
            self._report(file, Problem("unknown-policy", f"there is no policy {policy!r}",
                                       did_you_mean(policy, self._policies), (*where, "policy")
                                       ))  # fmt: skip

    def _read_section(self, section: str, take: Take, taken: Mapping[Any, Any]) -> None:
        """All entries of a section, file by file."""
        for file in self._files:
            root = file.value
            node = root.get(section) if isinstance(root, dict) else None
            if node is None or (isinstance(node, Scalar) and node.value is None):
                continue
            if isinstance(node, dict):
                self._read_entries(section, file, node, take, taken)
            else:
                self._report(file, Problem("wrong-type", f"{section} is no mapping",
                                           "write `name: value` lines, indented", (section,)
                                           ))  # fmt: skip

    def _read_entries(
        self, section: str, file: SpecFile, node: dict[str, object], take: Take,
        taken: Mapping[Any, Any],
    ) -> None:  # fmt: skip
        parse, read = SECTIONS[section].name.parse, SECTIONS[section].item.read
        for key, value in node.items():
            node[key] = None
            try:
                name = parse(key)
            except Refused as error:
                self._refuse(file, error, section, key, on_key=True)
                name = None
            else:
                if name in taken:
                    self._repeated(file, section, key)
                elif name != key and str(name) != key:
                    self._locator.note_name(section, str(name), key)
            try:
                given = read(value)
                if name is not None:
                    take(name, given, file, key)
            except Refused as error:
                self._refuse(file, error, section, key)

    def _repeated(self, file: SpecFile, section: str, key: str) -> None:
        """A name that an earlier entry has, in this file or in another one."""
        self._report(file, same_name(key).below(section))

    def _check_file(self, file: SpecFile, is_first: bool) -> None:
        """A file's own keys: only known ones, and the language's version in the first file."""
        root = file.value
        if not isinstance(root, dict):
            what = "the file is empty" if root is None else f"the file holds {shown(root)}"
            self._report(file, Problem("wrong-type", what, "begin with `mailctl: 1`"))
            return
        for key in root:
            if key not in FILE_KEYS:
                self._report(file, Problem("unknown-key", f"{key[:60]!r} is no section",
                                           did_you_mean(key, FILE_KEYS), (key,), on_key=True
                                           ))  # fmt: skip
        if "mailctl" in root:
            try:
                VERSION_KIND.read(root["mailctl"])
            except Refused:
                self._report(file, Problem("version", "this mailctl reads version 1",
                                           "write `mailctl: 1`", ("mailctl",)))  # fmt: skip
        elif is_first:
            self._report(file, Problem("missing-key", "the version of the language is missing",
                                       "begin with `mailctl: 1`"))  # fmt: skip

    def _refuse(
        self, file: SpecFile, error: Refused, section: str, key: str, on_key: bool = False
    ) -> None:
        for problem in error.problems:
            placed = problem.below(section, key)
            self._report(file, placed.at_key() if on_key else placed)

    def _report(self, file: SpecFile, problem: Problem) -> None:
        self.problems.append(FileProblem(file, problem))
