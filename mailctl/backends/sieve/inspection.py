"""What can be said against a script without a host: grammar, capabilities, unknown words.

`sievec` has the last word on the host, in the staged tree; this finds at `mailctl check` what
people mostly get wrong. Where a script asks `ihave`, unknown words may be meant (RFC 5463).
"""

from __future__ import annotations

from mailctl.backends.sieve.grammar import Step, parse
from mailctl.backends.sieve.tokens import ScriptError
from mailctl.backends.sieve.vocabulary import CAPABILITIES, COMMANDS, TESTS

LARGEST = 256 * 1024
"""Bytes, as dovecot.conf has it for users' own scripts."""


def inspect(content: bytes) -> None:
    """Raise ScriptError where the script cannot be right."""
    if len(content) > LARGEST:
        raise ScriptError(1, 1, f"{len(content)} bytes, and at most {LARGEST} are allowed")
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ScriptError(line, 1, "this is not UTF-8") from None
    if "\0" in text:
        raise ScriptError(text.count("\n", 0, text.index("\0")) + 1, 1, "a NUL character")
    commands = parse(text)
    required = _required(commands)
    _check_block(commands, required, top=True)


def _required(commands: tuple[Step, ...]) -> frozenset[str]:
    """What the `require` commands at the beginning ask for."""
    required: set[str] = set()
    for command in commands:
        if command.name.text != "require":
            break
        required.update(command.strings)
        for capability in command.strings:
            if capability not in CAPABILITIES:
                raise _fault(command, f"no capability {capability!r:.60}")
    return frozenset(required)


def _check_block(commands: tuple[Step, ...], required: frozenset[str], top: bool = False) -> None:
    former = "require" if top else ""
    for command in commands:
        name = command.name.text
        if name == "require" and former != "require":
            raise _fault(command, "require belongs at the beginning of the script")
        if name in ("elsif", "else") and former not in ("if", "elsif"):
            raise _fault(command, f"{name} without an if before it")
        _check_word(command, COMMANDS, "command", required)
        for test in command.tests:
            _check_test(test, required)
        if command.block is not None:
            _check_block(command.block, required)
        former = name


def _check_test(test: Step, required: frozenset[str]) -> None:
    _check_word(test, TESTS, "test", required)
    for inner in test.tests:
        _check_test(inner, required)


def _check_word(step: Step, known: dict[str, str], what: str, required: frozenset[str]) -> None:
    name = step.name.text
    if "ihave" in required:
        return
    if name not in known:
        raise _fault(step, f"no {what} {name!r:.60}")
    if known[name] and known[name] not in required:
        raise _fault(step, f'{name} needs require "{known[name]}"')


def _fault(step: Step, message: str) -> ScriptError:
    return ScriptError(step.name.line, step.name.column, message)
