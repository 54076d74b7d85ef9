"""Recursive schemas whose judging would double with each level are refused; those that people write are not."""

from textwrap import indent

import pytest
from small_contracts import HEAD, read

from rtgen.source.finding import Finding, Severity

NODE = "type: [object, 'null'], properties: { next: { $ref: '#/schemas/N' } }"
NEXT = "properties: { next: { $ref: '#/schemas/N' } }"
CHILDREN = "children: { type: array, items: { $ref: '#/schemas/N' } }"


def errors(schemas: str) -> list[Finding]:
    text = f"{HEAD}schemas:\n{indent(schemas.strip(), '  ')}\nchannels: {{}}\n"
    return [each for each in read(text).findings if each.severity is Severity.ERROR]


@pytest.mark.parametrize(
    "schemas",
    [
        f"N: {{ {NODE}, if: {{ {NEXT} }}, then: {{ required: [next] }} }}",
        f"N: {{ type: object, if: {{ {NEXT} }}, then: {{ {NEXT} }} }}",
        f"N: {{ {NODE}, not: {{ {NEXT} }} }}",
        f"N: {{ {NODE}, patternProperties: {{ '^n': {{ $ref: '#/schemas/N' }} }} }}",
        "N: { type: array, items: { $ref: '#/schemas/N' }, contains: { $ref: '#/schemas/N' } }",
        "N: { type: array, contains: { $ref: '#/schemas/N' }, minContains: 1, maxContains: 3 }",
        # Two cases that hold the same, and nothing tells them apart.
        """
N: { anyOf: [{ $ref: '#/schemas/A' }, { $ref: '#/schemas/B' }, { type: 'null' }] }
A: { type: object, properties: { next: { $ref: '#/schemas/N' }, a: { type: string } } }
B: { type: object, properties: { next: { $ref: '#/schemas/N' }, b: { type: string } } }
""",
        # Round about: through another type, and over two steps.
        """
N: { type: object, properties: { one: { $ref: '#/schemas/M' } } }
M:
  type: object
  properties: { two: { $ref: '#/schemas/N' } }
  allOf: [{ properties: { two: { $ref: '#/schemas/K' } } }]
K: { type: object, properties: { one: { $ref: '#/schemas/M' } } }
""",
    ],
)
def test_what_doubles_is_refused(schemas: str) -> None:
    assert {each.rule for each in errors(schemas)} == {"slow-recursion"}


@pytest.mark.parametrize(
    "schemas",
    [
        "N: { type: object, properties: { left: { $ref: '#/schemas/N' }, right: { $ref: '#/schemas/N' } } }",
        "N: { type: array, items: { $ref: '#/schemas/N' } }",
        "N: { type: object, additionalProperties: { $ref: '#/schemas/N' } }",
        "N: { type: array, prefixItems: [{ $ref: '#/schemas/N' }], items: { $ref: '#/schemas/N' } }",
        # Told apart by a constant: a text with marks, as editors have it.
        f"""
N: {{ oneOf: [{{ $ref: '#/schemas/Bold' }}, {{ $ref: '#/schemas/Link' }}, {{ $ref: '#/schemas/Word' }}] }}
Bold: {{ type: object, required: [kind], properties: {{ {CHILDREN}, kind: {{ const: bold }} }} }}
Link: {{ type: object, required: [kind], properties: {{ {CHILDREN}, kind: {{ const: link }} }} }}
Word: {{ type: object, required: [kind], properties: {{ kind: {{ const: word }}, text: {{ type: string }} }} }}
""",
        # Twice, but not again and again.
        """
Top:
  type: object
  properties: { n: { $ref: '#/schemas/N' } }
  allOf: [{ properties: { n: { $ref: '#/schemas/N' } } }]
N: { type: object, properties: { next: { $ref: '#/schemas/N' } } }
""",
        # One or the other, never both.
        f"N: {{ type: object, if: {{ required: [a] }}, then: {{ {NEXT} }}, else: {{ {NEXT} }} }}",
        """
N:
  anyOf:
    - { type: object, additionalProperties: { $ref: '#/schemas/N' } }
    - { type: array, items: { $ref: '#/schemas/N' } }
    - { type: string }
""",
    ],
)
def test_what_people_write_is_taken(schemas: str) -> None:
    assert errors(schemas) == []


def test_the_finding_names_the_place() -> None:
    (found,) = errors(f"M: {{ type: 'null' }}\nN: {{ {NODE}, allOf: [{{ {NEXT} }}] }}")
    assert (found.rule, found.span.start.line) == ("slow-recursion", 6)
    assert found.hint
