"""Every rule id that the code can raise, read from its syntax trees.

An id is the `rule` of a Finding, an Issue, a Problem or a Fault. Functions that only pass one on
are found by their parameter of that name, so that a new helper needs no word here. An id that is
made at run time cannot be read; it is reported as such.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import mailctl

PACKAGE = Path(mailctl.__file__).parent
VALUES = {"Finding": 1, "Issue": 3, "Problem": 0, "Fault": 0, "Remark": 0,
          "Observation": 0, "Diagnosis": 0}  # fmt: skip
"""Where the id stands among the arguments of each of these."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Module:
    """One file: its tree, its constants, and which of its functions take a rule, and where."""

    path: Path
    tree: ast.Module
    constants: dict[str, str] = field(default_factory=dict)
    takers: dict[str, int] = field(default_factory=dict)


def _module(path: Path) -> Module:
    module = Module(path, ast.parse(path.read_text()))
    for node in module.tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            for target in node.targets:
                if isinstance(target, ast.Name) and isinstance(node.value.value, str):
                    module.constants[target.id] = node.value.value
    for function in ast.walk(module.tree):
        if isinstance(function, Function):
            given = [each for each in function.args.args if each.arg != "self"]
            for index, each in enumerate(given):
                if _is_rule(each):
                    module.takers[function.name] = index
    return module


def _is_rule(argument: ast.arg) -> bool:
    """Whether it takes an id; what takes a whole Rule is none of this."""
    said = argument.annotation
    return argument.arg == "rule" and isinstance(said, ast.Name) and said.id == "str"


def used() -> tuple[set[str], list[str]]:
    """All ids, and the places (`file:line`) where an id cannot be read."""
    modules = [
        _module(path) for path in sorted(PACKAGE.rglob("*.py")) if "catalogue" not in path.parts
    ]
    public = {
        name: index
        for module in modules
        for name, index in module.takers.items()
        if not name.startswith("_")
    }
    ids: set[str] = set()
    unread: list[str] = []
    for module in modules:
        takers = {**public, **module.takers, **VALUES}
        for line, value, passes_on in _rule_arguments(module.tree, takers):
            found = list(_texts(value, module.constants, passes_on))
            ids.update(text for text in found if text)
            if None in found:
                unread.append(f"{module.path.relative_to(PACKAGE)}:{line}")
    return ids, unread


Place = tuple[int, ast.expr, bool]
"""A line, what stands there as the rule, and whether its function was itself given one."""


def _rule_arguments(
    node: ast.AST, takers: dict[str, int], passes_on: bool = False
) -> Iterator[Place]:
    """Each expression that stands where a rule belongs."""
    if isinstance(node, Function):
        passes_on = any(map(_is_rule, node.args.args))
    elif isinstance(node, ast.Call):
        yield from ((node.lineno, value, passes_on) for value in _of_call(node, takers))
    elif isinstance(node, ast.AnnAssign) and node.value and ast.unparse(node.target) == "rule":
        yield node.lineno, node.value, passes_on
    for child in ast.iter_child_nodes(node):
        yield from _rule_arguments(child, takers, passes_on)


def _of_call(call: ast.Call, takers: dict[str, int]) -> Iterator[ast.expr]:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    if isinstance(call.func, ast.Attribute):
        name = call.func.attr
    index = takers.get(name)
    if index is not None and index < len(call.args):
        spread = [each for each in call.args[:index] if isinstance(each, ast.Starred)]
        yield spread[0] if spread else call.args[index]
    yield from (keyword.value for keyword in call.keywords if keyword.arg == "rule")


def _texts(value: ast.expr, constants: dict[str, str], passes_on: bool) -> Iterator[str | None]:
    """The ids that an expression can be: "" for one that is passed on, None for an unread one."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, ast.IfExp):
        yield from _texts(value.body, constants, passes_on)
        yield from _texts(value.orelse, constants, passes_on)
    elif isinstance(value, ast.Name) and value.id in constants:
        yield constants[value.id]
    elif isinstance(value, ast.Attribute):
        yield "" if value.attr == "rule" else None
    else:
        is_given = isinstance(value, ast.Name) and value.id == "rule" and passes_on
        yield "" if is_given else None
