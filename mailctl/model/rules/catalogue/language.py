"""Rules on the text of a spec: what is no YAML, no key and no value of its language."""

from __future__ import annotations

from mailctl.model.rules.catalogue.rule import firm

_FORMS = "docs/spec.md, Forms of values"
_KEYS = "docs/spec.md, All keys"

YAML = (
    firm("yaml", "what is no YAML says nothing at all", "YAML 1.2.2, 5 to 8"),
    firm("yaml-directive", "YAML 1.1 reads no, on and 1:30 as other values than were meant",
         "YAML 1.2.2, 6.8.1"),
    firm("yaml-documents", "what stands in a second document would be lost", "YAML 1.2.2, 9.2"),
    firm("yaml-duplicate-key", "of two keys with one name one would be lost",
         "YAML 1.2.2, 3.2.1.1"),
    firm("yaml-key", "a key that is no plain text names nothing", "YAML 1.2.2, 7.4.2"),
    firm("yaml-merge-key", "merge keys are not part of YAML 1.2, and what they bring in would be "
         "lost in other readers", _FORMS),
    firm("yaml-tag", "a tag makes another value of a text than the one that is read",
         "YAML 1.2.2, 6.9.1"),
    firm("yaml-alias", "an alias that contains itself or expands without bounds fills the memory "
         "instead of meaning something", "YAML 1.2.2, 7.1"),
    firm("yaml-depth", "no part of a spec is nested so deeply, so it is not what was meant",
         _FORMS),
    firm("encoding", "bytes that are no UTF-8 are other letters to every reader",
         "YAML 1.2.2, 5.2; RFC 3629, 3"),
    firm("control-character", "a control character could break out of the daemons' files and "
         "become a setting there", _FORMS),
    firm("text-too-long", "daemons cut or refuse lines of that length", _FORMS),
    firm("file", "a spec that cannot be read says nothing", "docs/spec.md"),
    firm("include", "what the included file says would be lost", "docs/spec.md, Several files"),
)  # fmt: skip

LANGUAGE = (
    firm("version", "a later language may mean something else by the same words", _KEYS),
    firm("empty-spec", "without hosts and domains there is no mail", _KEYS),
    firm("wrong-type", "a value of another shape is not what the key means", _FORMS),
    firm("unknown-key", "what a misspelt key says would be lost", _KEYS),
    firm("missing-key", "without it nothing can be built", _KEYS),
    firm("duplicate-name", "of two entries with one name one would be lost", _KEYS),
    firm("record-and-keys", "a whole record replaces the keys beside it, and what they say would "
         "be lost", "docs/spec.md, Where a setting comes from"),
    firm("empty-list", "an empty list names nobody", _FORMS),
    firm("bad-choice", "no other word has a meaning here", _KEYS),
    firm("bad-name", "such a name cannot stand on a command line or in a path", _FORMS),
    firm("bad-number", "the daemons do not take the number", _KEYS),
    firm("bad-size", "the daemons do not take the size", _FORMS),
    firm("bad-duration", "a span of time that cannot be read would be guessed at", _FORMS),
    firm("bad-url", "nothing is fetched from what is no address of a web server, or over a "
         "connection that anybody can change", "RFC 3986, 3; RFC 8555, 6.1"),
    firm("bad-path", "such a path leads elsewhere, or breaks out of the daemons' files", _FORMS),
    firm("bad-record", "receivers skip a record that does not begin in its version, is no ASCII, "
         "or is too long for DNS", "RFC 7208, 4.5; RFC 9989, 4.7"),
    firm("unknown-rule", "the warning that was meant would still come", "docs/lint.md"),
    firm("fixed-rule", "a spec that breaks this rule has no meaning that could be applied",
         "docs/lint.md"),
)  # fmt: skip
