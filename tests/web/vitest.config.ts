// Every folder with a `vitest.config.ts` of its own is a project: the client's runtime, and one for each framework.
// Angular has more: each version that is served, with zones and without.
import { defineConfig } from "vitest/config";

export default defineConfig({ test: { projects: ["./*/vitest.config.ts", "./angular/vitest.*.config.ts"] } });
