// Bundles as a front end would ship them: one file, minified, for browsers; and what they weigh.
import zlib from "node:zlib";

/** The text of a bundle of `source`, a module that stands in `folder`. `swap` may replace modules by their path. */
export async function bundle(esbuild, folder, source, { modules, swap } = {}) {
  const made = await esbuild.build({
    stdin: { contents: source, resolveDir: folder, loader: "ts" },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    nodePaths: modules === undefined ? [] : [modules],
    plugins: swap === undefined ? [] : [swap],
    logLevel: "error",
    write: false,
  });
  return made.outputFiles[0].text;
}

export function gzipped(text) {
  return zlib.gzipSync(text, { level: 9 }).length;
}

/** What a page weighs whose checks say yes to everything: the rest is the checks' share. */
export function withoutChecks(names) {
  return {
    name: "without checks",
    setup(build) {
      build.onLoad({ filter: /validators\.ts$/ }, () => ({
        contents: `import { checkAnything } from "../runtime/codegen-v1.js";\nexport { ${names
          .map((name) => `checkAnything as ${name}`)
          .join(", ")} };`,
        loader: "ts",
      }));
    },
  };
}
