"""What rtgen reports without being a lint rule: contracts that don't compile, settings, output, ignores.

These can't be turned off. A rule id that is reported anywhere must stand here or in `lint/`; a test looks.
"""

from dataclasses import dataclass

from rtgen.source.finding import Severity


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """One rule id that the compiler or a command reports."""

    id: str
    summary: str
    fix: str
    severity: Severity = Severity.ERROR
    repairs: str = ""
    """What `--fix` does about it, and when; empty where it takes a person."""


_RESPELT = "Corrects the spelling, where one known word is very near."

_YAML = (
    BuiltIn("duplicate-key", "A key stands twice in one object.", "Keep one of the two."),
    BuiltIn("unreadable-file", "A file that is missing, too large, or not UTF-8.", "Check its path and its encoding."),
    BuiltIn("yaml-alias", "An alias without its anchor, or inside of what it names.", "Use `$ref`."),
    BuiltIn("yaml-character", "A character that may not stand in a file.", "Write it as an escape in double quotes."),
    BuiltIn("yaml-documents", "More than one YAML document in a file.", "Keep one a file."),
    BuiltIn("yaml-empty", "A file without content.", "Run `rtgen init` for an example."),
    BuiltIn("yaml-key", "A key that is not a plain word.", "Write a word."),
    BuiltIn("yaml-merge", "A merge key (`<<`).", "Write the keys out, or use `$ref`."),
    BuiltIn("yaml-number", "A number that two languages would read differently.", "Quote it if it is meant as text."),
    BuiltIn("yaml-syntax", "Text that is not YAML.", "Look at the indentation, at quotes, and for a stray `:` or `{`."),
    BuiltIn("yaml-tag", "A YAML tag such as `!!binary`.", "Remove it; quote the value for a string."),
    BuiltIn("yaml-too-deep", "Objects and lists nested too deeply.", "Name inner parts in `schemas:`."),
    BuiltIn("yaml-too-large", "Aliases that multiply into too many nodes.", "Use `$ref`, which shares."),
)

_LANGUAGE = (
    BuiltIn("address-overlap", "Two channels whose addresses can be the same.", "Begin one with another word."),
    BuiltIn("address-parameter", "Parameters that the address does not name, or names twice.", "Make the two agree."),
    BuiltIn(
        "bad-address", "An address that is not words and `{parameters}` between slashes.", "Write `rooms/{roomId}`."
    ),
    BuiltIn("bad-name", "A name that can't be written in both languages.", "Use ASCII letters and digits."),
    BuiltIn("misplaced-key", "A key that contradicts another beside it.", "Keep one of the two."),
    BuiltIn("missing-key", "A key that must be there.", "Add it."),
    BuiltIn("name-collision", "Two names that become one once they are cased for a language.", "Rename one."),
    BuiltIn(
        "unknown-error",
        "An event lists an error that is not under `errors:`.",
        "Declare it, or correct the name.",
        repairs=_RESPELT,
    ),
    BuiltIn(
        "unknown-key", "A key that the language does not have.", "Correct its spelling, or remove it.", repairs=_RESPELT
    ),
    BuiltIn(
        "release-exists",
        "A version that is released already, and that says something else now.",
        "Raise `version`; who has the released one must be able to trust it.",
    ),
    BuiltIn(
        "removed-unsaid",
        "A version is released without an event or channel of the one before, and `removed` does not list its name.",
        "Write it into `removed`, so that no later version gives it another meaning.",
        Severity.WARNING,
    ),
    BuiltIn(
        "version-unread",
        "What servers of an older version have kept, and this one can't convert: it is given as it is.",
        "Say what became of it, or let its retention pass.",
        Severity.WARNING,
    ),
    BuiltIn(
        "version-unserved",
        "A released version whose clients a generated server can't serve, because something can't be converted.",
        "Declare how to convert it, take it back, or leave the version out of the option `versions`.",
    ),
    BuiltIn(
        "removed-name",
        "A name that was removed, or that another thing had, is used again.",
        "Choose another: old clients take it for what it was.",
    ),
    BuiltIn(
        "unknown-name",
        "A flag, a variant, a property, an event or a channel that is mentioned and not there.",
        "Declare it, or correct the name.",
        repairs=_RESPELT,
    ),
    BuiltIn("wrong-type", "A value of another type than the place asks for.", "Write a value of the type it names."),
    BuiltIn(
        "wrong-value", "A value that is not among the possible ones.", "Choose one of those it names.", repairs=_RESPELT
    ),
)

_SCHEMAS = (
    BuiltIn("impossible-range", "Bounds that no value can meet.", "Exchange them, or remove one."),
    BuiltIn("impossible-schema", "A schema that no value can meet.", "Leave it out."),
    BuiltIn(
        "invalid-example", "An example or a default that its own schema refuses.", "Correct the value or the schema."
    ),
    BuiltIn(
        "misplaced-keyword", "A keyword that has no effect where it stands.", "Remove it, or add the `type` it judges."
    ),
    BuiltIn("missing-type", "A keyword that lets every value of another type pass.", "Add `type`."),
    BuiltIn(
        "pattern",
        "A regular expression that both ends can't run with one meaning in linear time.",
        "Write it more plainly.",
    ),
    BuiltIn("ref-cycle", "A schema that contains itself without a name.", "Name the part that repeats in `schemas:`."),
    BuiltIn(
        "slow-recursion",
        "A recursive schema that looks at the same part of a value twice, so that each level doubles the work.",
        "Look once, or tell cases apart by a required constant property.",
    ),
    BuiltIn(
        "union-overlap",
        "Cases of a union that nothing tells apart: Python gets a value without a type.",
        "Give each a constant property of its own.",
        Severity.WARNING,
    ),
    BuiltIn(
        "unknown-property",
        "`required` names a property that is not declared.",
        "Declare it, or correct the name.",
        repairs=_RESPELT,
    ),
    BuiltIn(
        "unresolved-ref",
        "A reference that leads nowhere, out of the folder, or to a network.",
        "Refer to a schema here.",
        repairs=_RESPELT,
    ),
    BuiltIn("unsafe-integer", "An integer beyond 2^53-1, which JavaScript would change.", "Send it as a string."),
    BuiltIn(
        "unsupported-format",
        "A format that neither end checks.",
        "Use one of the formats it names, or a `pattern`.",
        repairs=_RESPELT,
    ),
    BuiltIn(
        "unsupported-keyword", "A keyword that is known and refused, with the reason.", "Write what it says instead."
    ),
)

_OUTPUT = (
    BuiltIn("bad-manifest", "The list of generated files is of no use.", "Delete it, and generate with `--force`."),
    BuiltIn(
        "config",
        "Something is wrong in `rtgen.yaml`, or in `rtgen.accepted.yaml` beside it.",
        "Follow the hint; paths are relative to the file.",
        repairs=_RESPELT,
    ),
    BuiltIn("edited-file", "A generated file was edited by hand.", "Move the change elsewhere, or use `--force`."),
    BuiltIn("foreign-file", "A file of somebody else stands where one would be written.", "Move it, or use `--force`."),
    BuiltIn("generated-name-clash", "Two generated names of a language are the same.", "Rename one in the contract."),
    BuiltIn("handler-gone", "A handler whose event is no longer in the contract.", "Remove it.", Severity.WARNING),
    BuiltIn("handler-missing", "An event that your handler class lacks.", "Paste what it shows.", Severity.WARNING),
    BuiltIn(
        "handlers-folder", "A folder of handlers that can't be imported beside the generated code.", "Name another."
    ),
    BuiltIn("hook-name", "A hook that would have the name of another.", "Rename the channel."),
    BuiltIn("not-formatted", "A contract that is not in canonical form.", "Run `rtgen format`."),
    BuiltIn("out-of-date", "Generated code that is not what the contract says.", "Run `rtgen generate`."),
    BuiltIn("output-conflict", "Two targets want to write one file with different texts.", "Give each its own `out`."),
    BuiltIn("output-link", "A symbolic link stands where output would be written.", "Name the real folder."),
    BuiltIn("output-unreadable", "A file that can't be read or replaced stands in the way.", "Move it away."),
    BuiltIn("output-path", "A place for output that is no folder of the project.", "Choose another `out`."),
    BuiltIn("output-unwritable", "The disk refused a file; nothing was changed.", "Look at the permissions."),
    BuiltIn("stale-edited", "A file that is no longer generated, and was edited.", "Remove it.", Severity.WARNING),
    BuiltIn("typescript-name", "A name that TypeScript can't have, or has twice.", "Rename it in the contract."),
)

_IGNORES = (
    BuiltIn(
        "ignore-expired",
        "An ignore whose last day is over.",
        "Repair what it covered, or set a later day.",
        Severity.WARNING,
    ),
    BuiltIn(
        "baseline-stale", "A known finding that is no longer there.", "Write the baseline again.", Severity.WARNING
    ),
    BuiltIn("baseline-unreadable", "The file of known findings is of no use.", "Write it with `--write-baseline`."),
    BuiltIn(
        "ignore-malformed",
        "A comment that ignores without a rule, a day or a reason.",
        "Say all three.",
        Severity.WARNING,
    ),
    BuiltIn(
        "ignore-unused",
        "An ignore that matches no finding.",
        "Remove it.",
        Severity.WARNING,
        repairs="Removes it, where it is a comment in a contract.",
    ),
)

_VERSIONS = (
    BuiltIn("contract-removed", "A contract that the old version had is gone.", "Keep it until nobody uses it."),
    BuiltIn(
        "exception-expired",
        "An accepted change whose last day is over.",
        "Undo what it was about, or accept it again until a later day.",
        Severity.WARNING,
    ),
    BuiltIn("exception-unused", "An accepted change that breaks nobody.", "Remove it.", Severity.WARNING),
    BuiltIn("version-missing", "An old version that can't be compared with.", "Do what the hint says."),
)


def built_in_rules() -> tuple[BuiltIn, ...]:
    """All of them, sorted by id."""
    return tuple(sorted((*_YAML, *_LANGUAGE, *_SCHEMAS, *_OUTPUT, *_IGNORES, *_VERSIONS), key=lambda each: each.id))
