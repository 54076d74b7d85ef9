// node main.mjs FOLDER MODULES: FOLDER holds what ../validating_typescript.py generated; prints figures as JSON.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { writeAjv } from "./ajv.mjs";
import { bundle, gzipped, withoutChecks } from "./bundle.mjs";
import { measure } from "./speed.mjs";

const [folder, modules] = process.argv.slice(2).map((each) => path.resolve(each));
const require = createRequire(path.join(modules, "from-here.js"));
const esbuild = require("esbuild");
const cases = JSON.parse(fs.readFileSync(new URL("payloads.json", import.meta.url), "utf8"));
const task = JSON.parse(fs.readFileSync(path.join(folder, "task.json"), "utf8"));

const table = 'export { validators } from "./workspace/validators.js";';
const ours = await bundle(esbuild, path.join(folder, "thirty"), table);
const texts = { ours };
for (const mode of ["full", "fast"]) {
  const file = writeAjv(require, folder, task, mode);
  texts[`ajv ${mode}`] = await bundle(esbuild, folder, `export * from ${JSON.stringify(file)};`, { modules });
}

async function loaded(name) {
  const file = path.join(folder, `${name.replace(" ", "-")}.bundle.mjs`);
  fs.writeFileSync(file, texts[name]);
  return import(pathToFileURL(file).href);
}

const { validators } = await loaded("ours");
const full = await loaded("ajv full");
const fast = await loaded("ajv fast");
const accepting = (validate) => (value) => validate(value);
const times = measure(
  {
    ours: (type) => {
      const validate = validators[type];
      return (value) => validate(value).length === 0;
    },
    "ajv full": (type) => accepting(full[type]),
    "ajv fast": (type) => accepting(fast[type]),
  },
  cases,
);

const page = (contract, create) =>
  `import { ${create} } from "./${contract}/client.js";\n${create}({ url: "wss://example.com" }).connect();`;
async function pageSize(name, swap) {
  const { contract, create } = task.pages[name];
  return gzipped(await bundle(esbuild, path.join(folder, name), page(contract, create), { swap }));
}

const pages = {};
for (const name of Object.keys(task.pages)) {
  const silent = withoutChecks(task.pages[name].checks);
  pages[name] = { all: await pageSize(name), unchecked: await pageSize(name, silent) };
}
const sizes = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, gzipped(text)]));
const versions = Object.fromEntries(
  ["ajv", "ajv-formats", "esbuild"].map((name) => [name, require(`${name}/package.json`).version]),
);
console.log(JSON.stringify({ times, sizes, pages, versions: { node: process.versions.node, ...versions } }));
