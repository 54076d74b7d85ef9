// Usage: node hooks.mjs <generated/chat> <node_modules>. Prints the sizes of the hook packages as JSON.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const [generated, modules] = process.argv.slice(2);
const { build, version } = createRequire(join(modules, "x.js"))("esbuild");

/** Frameworks, and the client that the hooks bind to: whoever uses hooks has them already. */
const others = {
  name: "others",
  setup({ onResolve }) {
    onResolve({ filter: /^(react|vue|rxjs|@angular)(\/|$)/ }, ({ path }) => ({ path, external: true }));
    // `core.ts` passes the client on; left inside, it would weigh what esbuild needs to pass on what it can't see.
    onResolve({ filter: /typescript\/|\/core(\.\w+)?$/ }, ({ path }) => ({ path, external: true }));
  },
};

async function weigh(entry) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
    plugins: [others],
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}

const sizes = {};
for (const framework of ["react", "vue", "angular"]) {
  const folder = join(generated, framework);
  sizes[framework] = {
    package: await weigh(join(folder, "runtime", framework, "index.ts")),
    chat: await weigh(join(folder, "chat", `${framework}.ts`)),
  };
}
const versionOf = (name) => JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8")).version;
const versions = { esbuild: version, react: versionOf("react"), vue: versionOf("vue"), angular: versionOf("@angular/core") };
console.log(JSON.stringify({ sizes, versions }));
