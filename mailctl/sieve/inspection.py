"""What can be said against a script without a host: grammar, capabilities, unknown words.

`sievec` has the last word on the host, in the staged tree; this finds at `mailctl check` what
people mostly get wrong. Where a script asks `ihave`, unknown words may be meant (RFC 5463).
"""

from __future__ import annotations

from mailctl.sieve.fault import ScriptError
from mailctl.sieve.grammar import Step, parse
from mailctl.sieve.tokens import Token
from mailctl.sieve.vocabulary import (
    CAPABILITIES,
    COMMANDS,
    ONE_TEST,
    SEVERAL_TESTS,
    TAGS,
    TESTS,
    WITH_BLOCK,
)

LARGEST = 256 * 1024
"""Bytes, as dovecot.conf has it for users' own scripts."""


def inspect(content: bytes) -> None:
    """Raise ScriptError where the script cannot be right."""
    commands = parse(_text(content))
    required = _required(commands)
    _check_block(commands, required, top=True)


def _text(content: bytes) -> str:
    if len(content) > LARGEST:
        raise ScriptError(1, 1, f"a larger script than the {LARGEST} bytes that are allowed",
                          "split the script")  # fmt: skip
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = "the script is not UTF-8 (RFC 5228, 2.1)"
        raise ScriptError(line, 1, message, "save it as UTF-8") from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ScriptError(line, 1, "a NUL character", "take it away")
    return text


def _required(commands: tuple[Step, ...]) -> frozenset[str]:
    """What the `require` commands at the beginning ask for."""
    required: set[str] = set()
    for command in commands:
        if command.name.text != "require":
            break
        required.update(command.strings)
        for capability in command.strings:
            if capability not in CAPABILITIES:
                raise _fault(command.name, f"no capability {capability!r:.60}",
                             "is it misspelt? Pigeonhole does not offer it")  # fmt: skip
    return frozenset(required)


def _check_block(commands: tuple[Step, ...], required: frozenset[str], top: bool = False) -> None:
    former = "require" if top else ""
    for command in commands:
        name = command.name.text
        if name == "require" and former != "require":
            raise _fault(command.name, "require comes before all other commands",
                         "move it to the top (RFC 5228, 3.2)")  # fmt: skip
        if name in ("elsif", "else") and former not in ("if", "elsif"):
            raise _fault(command.name, f"{name} without an if before it", "begin with an if")
        _check_word(command, COMMANDS, "command", required)
        _check_end(command)
        if command.block is not None:
            _check_block(command.block, required)
        former = name


def _check_end(command: Step) -> None:
    """A known command ends in a block or in a semicolon, never in the other one."""
    name = command.name.text
    if name in WITH_BLOCK and command.block is None:
        raise _fault(command.name, f"{name} needs a block", "write what it does in { }")
    if name in COMMANDS and name not in WITH_BLOCK and command.block is not None:
        raise _fault(command.name, f"{name} takes no block", "end it with a ;")


def _check_word(step: Step, known: dict[str, str], what: str, required: frozenset[str]) -> None:
    """The word itself, its tags and its tests."""
    name = step.name.text
    if "ihave" not in required:
        if name not in known:
            raise _fault(step.name, f"no {what} {name!r:.60}", "is it misspelt?")
        _check_required(step.name, known[name], required)
        for tag in step.tags:
            _check_required(tag, TAGS.get(tag.text, ""), required)
    for test in step.tests:
        _check_word(test, TESTS, "test", required)
    if name in known:
        _check_count_of_tests(step)


def _check_required(word: Token, capability: str, required: frozenset[str]) -> None:
    if capability and capability not in required:
        raise _fault(word, f"{word.text} is not known without its extension",
                     f'add "{capability}" to require')  # fmt: skip


def _check_count_of_tests(step: Step) -> None:
    name, count = step.name.text, len(step.tests)
    if name in ONE_TEST and count != 1:
        raise _fault(step.name, f"{name} needs one test, not {count}",
                     "join several by allof (...) or anyof (...)")  # fmt: skip
    if name in SEVERAL_TESTS and not count:
        raise _fault(step.name, f"{name} needs tests", "as in anyof (true, false)")
    if name not in ONE_TEST | SEVERAL_TESTS and count:
        raise _fault(step.name, f"{name} takes no test", "write if TEST { ... }")


def _fault(word: Token, message: str, hint: str) -> ScriptError:
    return ScriptError(word.line, word.column, message, hint)
