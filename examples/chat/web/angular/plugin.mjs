/** Angular in Vite, by hand: our components through the compiler, Angular's own packages through its linker. */
import { resolve } from "node:path";

import { transformAsync } from "@babel/core";
import { formatDiagnostics, performCompilation, readConfiguration, createCompilerHost } from "@angular/compiler-cli";
import { createEs2015LinkerPlugin } from "@angular/compiler-cli/linker/babel";
import { ConsoleLogger, LogLevel, NodeJSFileSystem } from "@angular/compiler-cli";

export function angular(root) {
  const folder = resolve(root, "angular");
  let compiled = new Map();
  return {
    name: "angular",
    buildStart() {
      compiled = compile(root, folder);
    },
    load(id) {
      return compiled.get(id) ?? null;
    },
    async transform(code, id) {
      return id.includes("/@angular/") && code.includes("ɵɵngDeclare") ? link(code, id) : null;
    },
  };
}

/** JavaScript of the modules in `folder`, by the path of their source. */
function compile(root, folder) {
  const config = readConfiguration(resolve(root, "tsconfig.json"), {
    noEmit: false,
    declaration: false,
    isolatedDeclarations: false,
  });
  if (config.errors.length > 0) throw new Error(formatDiagnostics(config.errors));
  const compiled = new Map();
  const host = createCompilerHost({ options: config.options });
  host.writeFile = (_path, text, _mark, _onError, sources = []) => {
    for (const { fileName } of sources) if (fileName.startsWith(folder)) compiled.set(fileName, text);
  };
  const { diagnostics } = performCompilation({ rootNames: config.rootNames, options: config.options, host });
  if (diagnostics.length > 0) throw new Error(formatDiagnostics(diagnostics));
  return compiled;
}

async function link(code, filename) {
  const plugin = createEs2015LinkerPlugin({
    fileSystem: new NodeJSFileSystem(),
    logger: new ConsoleLogger(LogLevel.error),
    linkerJitMode: false,
  });
  const linked = await transformAsync(code, {
    filename,
    plugins: [plugin],
    compact: false,
    configFile: false,
    babelrc: false,
  });
  return { code: linked.code, map: linked.map };
}
