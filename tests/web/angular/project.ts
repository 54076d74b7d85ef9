/** The same tests for each Angular that is served, with zones and without. */
import { fileURLToPath } from "node:url";

import { defineProject, type UserWorkspaceConfig } from "vitest/config";

import { packagesOfThisWorkspace } from "../hooks/packages.js";

const packages = {
  22: fileURLToPath(new URL("../package.json", import.meta.url)),
  20: fileURLToPath(new URL("../versions/package.json", import.meta.url)),
} as const;

export function angularProject(version: keyof typeof packages, zones: "zone" | "zoneless"): UserWorkspaceConfig {
  return defineProject({
    root: import.meta.dirname,
    plugins: [packagesOfThisWorkspace(packages[version])],
    test: {
      name: `angular ${String(version)} ${zones}`,
      environment: "jsdom",
      provide: { angular: version, zones },
      // One jsdom for all files of a project: making one takes longer than most of them.
      isolate: false,
      exclude: zones === "zone" ? [] : ["**/with-zones.test.ts"],
      setupFiles: zones === "zone" ? ["./zones.ts", "./setup.ts"] : ["./setup.ts"],
    },
  });
}

declare module "vitest" {
  export interface ProvidedContext {
    readonly angular: number;
    readonly zones: "zone" | "zoneless";
  }
}
