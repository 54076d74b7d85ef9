"""What a contract says about something that is going away."""

from dataclasses import dataclass

from rtgen.source.nodes import MappingNode, Scalar


@dataclass(frozen=True, slots=True)
class Deprecation:
    """`deprecated: {since, sunset, use}`; empty strings where nothing was said."""

    since: str = ""
    sunset: str = ""
    use: str = ""

    @property
    def words(self) -> str:
        """As people read it: `since 1.2.0, gone on 2027-03-01, use posted`; empty where nothing was said."""
        since = f"since {self.since}" if self.since else ""
        sunset = f"gone on {self.sunset}" if self.sunset else ""
        use = f"use {self.use}" if self.use else ""
        return ", ".join(each for each in (since, sunset, use) if each)


def deprecation_of(node: MappingNode) -> Deprecation | None:
    """`deprecated: {since, sunset, use}`, or `deprecated: true`."""
    value = node.get("deprecated")
    if isinstance(value, MappingNode):
        return Deprecation(_text(value, "since"), _text(value, "sunset"), _text(value, "use"))
    return Deprecation() if isinstance(value, Scalar) and value.value is True else None


def _text(node: MappingNode, key: str) -> str:
    value = node.get(key)
    return value.value if isinstance(value, Scalar) and isinstance(value.value, str) else ""
