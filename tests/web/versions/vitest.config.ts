import { fileURLToPath } from "node:url";

import { defineConfig } from "vitest/config";

import { packagesOfThisWorkspace } from "../hooks/packages.js";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [packagesOfThisWorkspace(fileURLToPath(new URL("package.json", import.meta.url)))],
  test: { name: "angular 20 server", environment: "node" },
});
