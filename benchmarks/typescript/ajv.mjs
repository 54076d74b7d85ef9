// What ajv makes of the same schemas: standalone code, as its users would ship it.
import fs from "node:fs";
import path from "node:path";

/**
 * Writes `<folder>/ajv-<mode>.mjs`, which exports a function for each name. `mode` is that of ajv-formats: `full`
 * knows the days of each month, as our checks do; `fast` looks only at the digits of a date and a time.
 */
export function writeAjv(require, folder, { names, documents }, mode) {
  const Ajv = require("ajv/dist/2020").default;
  const addFormats = require("ajv-formats").default;
  const standalone = require("ajv/dist/standalone").default;
  const { _ } = require("ajv");
  const formats = _`require("ajv-formats/dist/formats").${_([`${mode}Formats`])}`;
  const ajv = new Ajv({
    strict: true,
    strictTypes: false, // an enum or a const needs no type beside it
    allErrors: false,
    discriminator: true,
    code: { source: true, esm: true, formats },
  });
  addFormats(ajv, { mode });
  ajv.addSchema({ $id: "contract", $defs: documents });
  const code = standalone(ajv, Object.fromEntries(names.map((name) => [name, `contract#/$defs/${name}`])));
  const file = path.join(folder, `ajv-${mode}.mjs`);
  fs.writeFileSync(file, withImports(code));
  return file;
}

/** ajv writes `require` into its ES modules; bundlers want imports. */
function withImports(code) {
  const found = new Map();
  const body = code.replace(/require\("([^"]+)"\)/g, (_, module) => {
    if (!found.has(module)) found.set(module, `required${found.size}`);
    return found.get(module);
  });
  const imports = [...found].map(([module, name]) => `import ${name} from "${module}.js";`);
  return [...imports, body].join("\n");
}
