"""Bundles the page: esbuild, over this checkout's packages. A project of yours has a bundler of its own."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

WEB: Final = Path(__file__).resolve().parent.parent / "web"
PACKAGES: Final = Path(__file__).resolve().parents[3] / "tests" / "web" / "node_modules"


def build_page(folder: Path) -> None:
    """Write `main.js` and `style.css` there.

    Raises:
        SystemExit: The page can't be bundled.
    """
    options = ["--bundle", "--format=esm", "--target=es2024", "--jsx=automatic", "--log-level=warning"]
    command = [str(PACKAGES / ".bin" / "esbuild"), str(WEB / "main.tsx"), *options, f"--outfile={folder / 'main.js'}"]
    environment = {**os.environ, "NODE_PATH": str(PACKAGES)}
    if subprocess.run(command, env=environment, check=False).returncode != 0:  # noqa: S603 - our own paths
        raise SystemExit("the page could not be built")
    shutil.copy(WEB / "style.css", folder)
