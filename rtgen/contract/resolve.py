"""From a source to a contract, with every finding on the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rtgen.contract.build import ContractBuilder
from rtgen.contract.language import check_language
from rtgen.contract.model import Contract
from rtgen.schema.tree import Tree
from rtgen.source.comments import Comment, comments
from rtgen.source.finding import Finding, Severity, ordered
from rtgen.source.loader import Source
from rtgen.source.nodes import MappingNode
from rtgen.source.text import Text

REMARK = "rtgen-ignore"
"""What a comment to rtgen begins with."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What became of one contract file. `contract` is `None` when a finding is an error."""

    contract: Contract | None
    findings: tuple[Finding, ...]
    texts: tuple[Text, ...]
    """Every file that was read, for showing lines of it."""
    remarks: tuple[Comment, ...] = ()
    """Comments to rtgen, in any of these files."""
    links: Mapping[Path, Path] = field(default_factory=dict)
    """Where references lead through symbolic links: the path as it is written, and the real one."""


def resolve(source: Source, shown_source: str) -> Resolved:
    """The contract in a source. `shown_source` is the path that generated files name."""
    if source.root is None:
        return Resolved(None, ordered(source.findings), (source.text,))
    findings = [*source.findings, *check_language(source.root)]
    if not isinstance(source.root, MappingNode):
        return Resolved(None, ordered(findings), (source.text,))
    tree = Tree(source, source.root)
    builder = ContractBuilder(tree, source.root, shown_source)
    contract: Contract | None = None
    if findings:
        # The shape is wrong somewhere, so the model can't be built; the named schemas can still be judged.
        builder.declare_schemas()
        builder.parser.finish()
        findings.extend(builder.parser.findings)
    else:
        contract = builder.build()
        findings.extend(builder.findings)
    for other in tree.sources.values():
        if other is not source:  # an unreadable one was told where it is referred to
            findings.extend(each for each in other.findings if each.rule != "unreadable-file")
    texts = tuple(each.text for each in tree.sources.values())
    if any(each.severity is Severity.ERROR for each in findings):
        contract = None
    remarks = tuple(each for other in tree.sources.values() for each in comments(other.text, other.root, REMARK))
    return Resolved(contract, ordered(findings), texts, remarks, tree.links)
