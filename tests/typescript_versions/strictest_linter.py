"""typescript-eslint's strict-type-checked set, without exceptions, over what the golden contracts become.

A part of `make typescript-versions`, too slow for `make test`; `make lint` holds `generated/` to the same set.
"""

import json
import shutil
import subprocess
from pathlib import Path

WEB = Path(__file__).resolve().parents[1] / "web"
PACKAGES = WEB / "node_modules"
CONFIG = """
import tseslint from PACKAGE;

export default tseslint.config(
  { ignores: ["*/*/runtime/"] },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: ["./tsconfig.json"], tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
  },
);
"""


def test_it_has_nothing_to_say(golden: Path, tmp_path: Path) -> None:
    place = tmp_path / "linted"
    shutil.copytree(golden, place)
    settings = {
        "extends": str(WEB / "tsconfig.base.json"),
        "compilerOptions": {"paths": {"*": [f"{PACKAGES}/@types/*", f"{PACKAGES}/*"]}},
        "include": ["**/*.ts"],
    }
    (place / "tsconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    package = json.dumps(str(PACKAGES / "typescript-eslint/dist/index.js"))
    (place / "eslint.config.mjs").write_text(CONFIG.replace("PACKAGE", package), encoding="utf-8")
    assert lint(place) == ""
    wrong = next(place.glob("*/typescript/*/channels.ts"))
    wrong.write_text(wrong.read_text("utf-8") + "export const wrong: any = 1;\n", encoding="utf-8")
    assert "no-explicit-any" in lint(place, str(wrong))


def lint(place: Path, what: str = ".") -> str:
    """What ESLint says of it; nothing when all is well."""
    command = ["node", str(PACKAGES / "eslint/bin/eslint.js"), "--max-warnings", "0", what]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout
