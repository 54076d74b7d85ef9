// typescript-eslint's strictest type-checked set, without exceptions for generated code. Run it from the repository's
// root, which is then its base path: `tests/web/node_modules/.bin/eslint --config tests/web/eslint.config.js`.
// What a framework needs beyond this goes into a section of its own at the end.
import { defineConfig } from "eslint/config";
import { fileURLToPath } from "node:url";
import tseslint from "typescript-eslint";

export default defineConfig([
  // The runtimes are linted where they are written: `make drift` keeps their copies the same.
  { ignores: ["**/node_modules/", "**/dist/", "**/.venv/", "generated/**/runtime/"] },
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ["tests/web/tsconfig.!(base).json"],
        tsconfigRootDir: fileURLToPath(new URL("../..", import.meta.url)),
      },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
  },
]);
