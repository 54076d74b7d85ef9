/**
 * Builds the page: node examples/chat/web/build.mjs --out DIR
 * Another page around the same panels: --page DIR
 *
 * Vite bundles all three panels. React and Vue bring their plugins; Angular is compiled ahead of time by its own
 * compiler, which checks the template's types too, so that the page carries none.
 */
import { registerHooks } from "node:module";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

// This checkout has its packages in one place. A project of your own has them where it looks for them anyway.
const packages = new URL("../../../tests/web/package.json", import.meta.url).href;
registerHooks({
  resolve(specifier, context, next) {
    const ours = context.parentURL?.startsWith(new URL(".", import.meta.url).href) && /^[@a-z]/.test(specifier);
    return next(specifier, ours ? { ...context, parentURL: packages } : context);
  },
});

const { values } = parseArgs({ options: { out: { type: "string" }, page: { type: "string" } } });
if (values.out === undefined) {
  console.error("usage: node examples/chat/web/build.mjs --out DIR [--page DIR]");
  process.exit(2);
}

const { build } = await import("vite");
const { default: react } = await import("@vitejs/plugin-react");
const { default: vue } = await import("@vitejs/plugin-vue");
const { angular } = await import("./angular/plugin.mjs");

const here = dirname(fileURLToPath(import.meta.url));
const beside = fileURLToPath(packages);

await build({
  root: resolve(values.page ?? here),
  base: "./",
  configFile: false,
  logLevel: "warn",
  plugins: [
    {
      name: "packages-of-this-checkout",
      enforce: "pre",
      resolveId(specifier, importer, options) {
        const isPackage = /^[@a-z]/.test(specifier) && !importer?.includes("/node_modules/");
        return isPackage ? this.resolve(specifier, beside, { ...options, skipSelf: true }) : null;
      },
    },
    react(),
    vue(),
    angular(here),
  ],
  // What the frameworks' own build tools set, so that code for other purposes falls away.
  define: Object.fromEntries(
    ["ngDevMode", "ngJitMode", "ngServerMode", "ngI18nClosureMode", "__VUE_OPTIONS_API__", "__VUE_PROD_DEVTOOLS__"].map(
      (name) => [name, "false"],
    ),
  ),
  build: {
    outDir: resolve(values.out),
    emptyOutDir: true,
    target: "es2024",
    // Three frameworks in one page are large, and compiling Angular takes its time.
    chunkSizeWarningLimit: 1500,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
});
