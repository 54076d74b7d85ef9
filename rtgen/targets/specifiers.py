"""What import specifiers of generated TypeScript end in: nothing, `.js` as Node and browsers have it, or `.ts`."""

import re
from collections.abc import Iterable
from dataclasses import replace

from rtgen.files import File
from rtgen.targets.target import Option, TargetRequest

EXTENSIONS = (".js", ".ts", "none")
AS_THE_CLIENT = Option(
    "extension", str, "", "What import specifiers end in; what those of the client end in by default.", EXTENSIONS
)
"""The option of targets whose output stands on the client's."""

_SPECIFIER = re.compile(r'^((?:import|(?:import|export)\b.* from|\} from) "\.{1,2}/[^"]+)\.js";$', re.MULTILINE)
_ASKED_FOR_LATER = re.compile(r'(\bimport\("\.{1,2}/[^"]+)\.js"\)')


def extension_of(request: TargetRequest) -> str:
    """The extension that a target was asked for, or that its client was.

    Nobody asked: none, which all bundlers find without being told (Next.js and webpack don't find `.ts` for `.js`).
    Only a package has to have them, since what it is built to is read by Node and browsers as it stands.
    """
    client = request.sibling_options.get("typescript", {})
    asked = (request.options.get("extension"), client.get("extension"))
    found = next((each for each in asked if isinstance(each, str) and each), "")
    is_package = request.options.get("package") is True or client.get("package") is True
    return found or (".js" if is_package else "none")


def with_extension(files: Iterable[File], extension: str) -> tuple[File, ...]:
    """Modules that were printed with `.js`, with the specifiers of their relative imports ending otherwise."""
    if extension == ".js":
        return tuple(files)
    ending = "" if extension == "none" else extension

    def printed(text: str) -> str:
        return _ASKED_FOR_LATER.sub(rf'\1{ending}")', _SPECIFIER.sub(rf'\1{ending}";', text))

    return tuple(replace(each, text=printed(each.text)) for each in files)
