// A page as it is shipped: what is imported later is a file of its own, and does not count for the first load.
import path from "node:path";

/** What esbuild made of `source`, a module in `folder`: texts of the first load and of what comes later, and modules' bytes. */
export async function shipped(esbuild, folder, source, { modules, plugins = [] } = {}) {
  const made = await esbuild.build({
    stdin: { contents: source, resolveDir: folder, loader: "ts" },
    bundle: true,
    splitting: true,
    minify: true,
    metafile: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    outdir: path.join(folder, "out"),
    nodePaths: modules === undefined ? [] : [modules],
    plugins,
    logLevel: "error",
    write: false,
  });
  const outputs = new Map(Object.entries(made.metafile.outputs).map(([name, each]) => [path.resolve(name), each]));
  const entry = [...outputs].find(([, { entryPoint }]) => entryPoint === "<stdin>")[0];
  const first = new Set();
  const visit = (name) => {
    if (first.has(name)) return;
    first.add(name);
    for (const { kind, path: next } of outputs.get(name).imports) {
      if (kind === "import-statement") visit(path.resolve(next));
    }
  };
  visit(entry);
  const texts = { first: [], later: [] };
  const bytes = {};
  for (const { path: name, text } of made.outputFiles) {
    texts[first.has(name) ? "first" : "later"].push(text);
    if (!first.has(name)) continue;
    for (const [input, { bytesInOutput }] of Object.entries(outputs.get(name).inputs)) {
      const module = path.basename(input, ".ts");
      if (bytesInOutput > 0) bytes[module] = (bytes[module] ?? 0) + bytesInOutput;
    }
  }
  return { first: texts.first.join("\n"), later: texts.later, bytes };
}
