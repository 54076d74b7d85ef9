import { defineConfig } from "vitest/config";

import { packagesOfThisWorkspace } from "../hooks/packages.js";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [packagesOfThisWorkspace()],
  test: { name: "react", environment: "jsdom", isolate: false },
});
