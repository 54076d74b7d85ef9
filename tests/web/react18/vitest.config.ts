// The tests of the React hooks once more, with React 18: it is installed beside 19 under another name.
import { createRequire } from "node:module";
import { join } from "node:path";

import { defineConfig } from "vitest/config";

import { packagesOfThisWorkspace } from "../hooks/packages.js";
import { REACT, eighteen } from "./eighteen.js";

const { resolve } = createRequire(import.meta.url);

export default defineConfig({
  root: join(import.meta.dirname, ".."),
  plugins: [
    {
      name: "react-18",
      enforce: "pre",
      resolveId: (specifier) => (REACT.test(specifier) ? resolve(eighteen(specifier)) : null),
    },
    packagesOfThisWorkspace(),
  ],
  test: {
    name: "react18",
    environment: "jsdom",
    isolate: false,
    include: ["react18/*.test.ts", "react/*.test.tsx"],
    setupFiles: ["./react18/setup.ts"],
  },
});
