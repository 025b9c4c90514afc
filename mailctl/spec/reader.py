"""Reads the sections of all files by the table, and builds the System."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mailctl.errors import Issue, SpecPath
from mailctl.model.domain import Domain
from mailctl.model.host import Host
from mailctl.model.names import Address, DomainName
from mailctl.model.system import System
from mailctl.model.user import User
from mailctl.spec import build
from mailctl.spec.files import SpecFile
from mailctl.spec.inherit import Found, Layer, look_up
from mailctl.spec.kinds import same_name, shown
from mailctl.spec.locate import Locator
from mailctl.spec.nodes import OddKey, Scalar
from mailctl.spec.problems import Problem, Refused
from mailctl.spec.record import SpecRecord, domain_layers, named_layer
from mailctl.spec.suggest import did_you_mean
from mailctl.spec.table.file import FILE_KEYS, SECTIONS, VERSION_KIND

Entry = tuple[Any, Path]
"""What a name stands for, as read, and the folder of its file."""


class Reader:
    """Reads a spec's files; `issues` holds what is wrong in single values."""

    def __init__(self, files: Sequence[SpecFile], locator: Locator) -> None:
        self.issues: list[Issue] = []
        self._files = files
        self._locator = locator

    def read(self) -> SpecRecord:
        """The whole spec. Only meaningful when `issues` is empty afterwards."""
        self._check_files()
        policies = {name: given for name, (given, _) in self._section("policies").items()}
        hosts = self._hosts()
        domains, given_domains = self._domains(hosts, policies)
        users, user_settings = self._users(given_domains, policies)
        aliases = {name: targets for name, (targets, _) in self._section("aliases").items()}
        folder = self._files[0].folder
        system = System(folder, hosts, domains, users, aliases)
        return SpecRecord(system, policies, given_domains, user_settings)

    def _hosts(self) -> dict[str, Host]:
        return {
            name: build.host(name, given, folder)
            for name, (given, folder) in self._section("hosts").items()
        }

    def _domains(
        self, hosts: Mapping[str, Host], policies: Mapping[str, Mapping[str, Any]]
    ) -> tuple[dict[DomainName, Domain], dict[DomainName, Mapping[str, Any]]]:
        domains: dict[DomainName, Domain] = {}
        given_domains: dict[DomainName, Mapping[str, Any]] = {}
        for name, (given, folder) in self._section("domains").items():
            self._check_policy("domains", name, given, policies)
            policy = build.mail_policy(domain_layers(name, given, policies))
            domains[name] = build.domain(name, given, folder, policy, hosts)
            given_domains[name] = given
        return domains, given_domains

    def _users(
        self,
        domains: Mapping[DomainName, Mapping[str, Any]],
        policies: Mapping[str, Mapping[str, Any]],
    ) -> tuple[dict[Address, User], dict[Address, Mapping[str, Any]]]:
        domain_quotas = {
            name: _quota(domain_layers(name, given, policies)) for name, given in domains.items()
        }
        users: dict[Address, User] = {}
        settings: dict[Address, Mapping[str, Any]] = {}
        for address, (given, folder) in self._section("users").items():
            quota = domain_quotas.get(address.domain)
            if "quota" in given or "policy" in given:
                self._check_policy("users", address, given, policies)
                settings[address] = {key: given[key] for key in ("quota", "policy") if key in given}
                own = (Layer(("users", str(address)), given), *named_layer(given, policies))
                quota = _quota(own, quota)
            users[address] = build.user(address, given, folder, quota)
        return users, settings

    def _check_policy(
        self, section: str, name: object, given: Mapping[str, Any],
        policies: Mapping[str, Mapping[str, Any]],
    ) -> None:  # fmt: skip
        policy = given.get("policy")
        if policy is not None and policy not in policies and policy != "default":
            where = (section, str(name), "policy")
            self._report(Problem("unknown-policy", f"there is no policy {policy!r}",
                                 did_you_mean(policy, policies), where))  # fmt: skip

    def _section(self, section: str) -> dict[Any, Entry]:
        """All entries of a section, from all files."""
        entries: dict[Any, Entry] = {}
        named = SECTIONS[section]
        for file in self._files:
            root = file.document.value
            node = root.get(section) if isinstance(root, dict) else None
            if node is None or (isinstance(node, Scalar) and node.value is None):
                continue
            if not isinstance(node, dict):
                problem = Problem("wrong-type", f"{section} is a mapping, not {shown(node)}",
                                  "write `name: value` lines, indented", (section,))  # fmt: skip
                self._report_in(file, problem)
                continue
            self._read_entries(section, named.name.parse, named.item.read, file, node, entries)
        return entries

    def _read_entries(
        self, section: str, parse: Any, read: Any, file: SpecFile, node: dict[Any, object],
        entries: dict[Any, Entry],
    ) -> None:  # fmt: skip
        folder = file.folder
        for key, value in node.items():
            try:
                if type(key) is not str:
                    continue
                name = parse(key)
            except Refused as error:
                self._refuse_in(file, error, (section, key), on_key=True)
                name = key
            if name in entries:
                self._repeated(file, section, key, name)
                continue
            if str(name) != key:
                self._locator.note_name(section, str(name), key)
            try:
                entries[name] = (read(value), folder)
            except Refused as error:
                self._refuse_in(file, error, (section, key))

    def _repeated(self, file: SpecFile, section: str, key: str, name: object) -> None:
        """A name that an earlier entry has, in this file or in another one."""
        first = self._locator.find((section, str(name)), on_key=True)
        if first.path == file.document.name:
            self._report_in(file, same_name(key).below(section))
            return
        problem = Problem("duplicate-name", f"{key!r} stands in {first} too", "keep one of them",
                          (section, key), on_key=True)  # fmt: skip
        self._report_in(file, problem)

    def _check_files(self) -> None:
        """The files' own keys: only known ones, and the language's version in the first."""
        for index, file in enumerate(self._files):
            root = file.document.value
            if not isinstance(root, dict):
                what = "the file is empty" if root is None else f"the file holds {shown(root)}"
                self._report_in(file, Problem("wrong-type", what,
                                              "begin with `mailctl: 1`"))  # fmt: skip
                continue
            for key in root:
                if not isinstance(key, OddKey) and key not in FILE_KEYS:
                    hint = did_you_mean(key, FILE_KEYS)
                    self._report_in(file, Problem("unknown-key", f"{key[:60]!r} is no section",
                                                  hint, (key,), on_key=True))  # fmt: skip
            if index == 0 or "mailctl" in root:
                self._check_version(file, root)

    def _check_version(self, file: SpecFile, root: Mapping[str, object]) -> None:
        if "mailctl" not in root:
            self._report_in(file, Problem("missing-key", "the version of the language is missing",
                                          "begin with `mailctl: 1`"))  # fmt: skip
            return
        try:
            VERSION_KIND.read(root["mailctl"])
        except Refused:
            self._report_in(file, Problem("version", "this mailctl reads version 1",
                                          "write `mailctl: 1`", ("mailctl",)))  # fmt: skip

    def _refuse_in(
        self, file: SpecFile, error: Refused, above: SpecPath, on_key: bool = False
    ) -> None:
        for problem in error.problems:
            placed = problem.below(*above)
            if on_key:
                placed = Problem(placed.rule, placed.message, placed.hint, above, on_key=True)
            self._report_in(file, placed)

    def _report_in(self, file: SpecFile, problem: Problem) -> None:
        place = file.document.find(problem.where, problem.on_key)
        self.issues.append(
            Issue(place.path, place.line, place.column, problem.rule, problem.message, problem.hint)
        )

    def _report(self, problem: Problem) -> None:
        place = self._locator.find(problem.where, problem.on_key)
        self.issues.append(
            Issue(place.path, place.line, place.column, problem.rule, problem.message, problem.hint)
        )


def _quota(layers: Iterable[Layer], otherwise: int | None = None) -> int | None:
    """The quota that these places say, in bytes; None for no limit."""
    found = look_up(tuple(layers), "quota")
    if not isinstance(found, Found):
        return otherwise
    quota: int | None = found.value
    return quota
