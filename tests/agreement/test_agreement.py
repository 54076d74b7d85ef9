"""A small run of `make agreement`: both ends give the same verdict, the same code and the same first pointer."""

from agreement.compare import compare


def test_both_ends_judge_alike() -> None:
    result = compare(schemas=200, values=40, seed=7)
    assert result.disagreements == []
    assert result.cases >= 7_000
    assert 0.3 <= result.valid / result.cases <= 0.7, "neither end has enough to say no, or yes, to"
    used = {"additionalProperties", "anyOf", "const", "enum", "exclusiveMaximum", "exclusiveMinimum", "format", "items"}
    used |= {"maxItems", "maxLength", "maxProperties", "maximum", "minItems", "minLength", "minProperties", "minimum"}
    used |= {"multipleOf", "oneOf", "pattern", "properties", "required", "type", "uniqueItems", "$ref"}
    used |= {"allOf", "contains", "dependentRequired", "dependentSchemas", "else", "if", "maxContains", "minContains"}
    used |= {"not", "patternProperties", "prefixItems", "propertyNames", "then"}
    assert used <= result.keywords.keys()
