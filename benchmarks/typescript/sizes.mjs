// node sizes.mjs FOLDER MODULES: what clients and validators weigh on a page, minified and gzipped; prints JSON.
// FOLDER holds the generated client, and `documents.json`: the chat's schemas by name.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { writeAjv } from "./ajv.mjs";
import { bundle, gzipped } from "./bundle.mjs";
import { shipped } from "./page.mjs";

const [folder, modules] = process.argv.slice(2).map((each) => path.resolve(each));
const require = createRequire(path.join(modules, "from-here.js"));
const esbuild = require("esbuild");
const here = path.dirname(fileURLToPath(import.meta.url));

const documents = JSON.parse(fs.readFileSync(path.join(folder, "documents.json"), "utf8"));
const ajv = writeAjv(require, folder, { names: Object.keys(documents), documents }, "fast");
const exported = (file) => `export * from ${JSON.stringify(file)};`;

/** What a page imports of each, and does with it: connect, hear an event, send one. */
const URL_TEXT = '"wss://example.com"';
const pages = {
  clients: {
    "socket.io-client": `import { io } from "socket.io-client";
const socket = io(${URL_TEXT}); socket.on("posted", console.log); socket.emitWithAck("send", {}).then(console.log);`,
    centrifuge: `import { Centrifuge } from "centrifuge";
const client = new Centrifuge(${URL_TEXT}); const room = client.newSubscription("room");
room.on("publication", console.log); room.subscribe(); client.rpc("send", {}).then(console.log); client.connect();`,
    partysocket: `import { WebSocket } from "partysocket";
const socket = new WebSocket(${URL_TEXT}); socket.addEventListener("message", console.log); socket.send("");`,
  },
  validators: {
    zod: exported(path.join(here, "chat-zod.mjs")),
    "zod/mini": exported(path.join(here, "chat-zod-mini.mjs")),
    "ajv, standalone code": exported(ajv),
  },
};
const OURS = { "generated checks": 'export { validators } from "./chat/validators.js";' };

async function weigh(source) {
  return gzipped((await shipped(esbuild, folder, source, { modules })).first);
}

const sizes = {};
for (const [kind, all] of Object.entries(pages)) {
  sizes[kind] = {};
  for (const [name, source] of Object.entries(all)) sizes[kind][name] = await weigh(source);
}
// Alone on a page: nothing of the client comes along, not even what it would load later.
for (const [name, source] of Object.entries(OURS))
  sizes.validators[name] = gzipped(await bundle(esbuild, folder, source));
/** Both on one page share what they have in common, and gzip finds more. */
const PAIRS = [
  ["socket.io-client", "zod"],
  ["socket.io-client", "ajv, standalone code"],
  ["centrifuge", "zod"],
  ["centrifuge", "ajv, standalone code"],
  ["partysocket", "zod/mini"],
  ["partysocket", "ajv, standalone code"],
];
sizes.pages = {};
for (const [client, validator] of PAIRS) {
  const source = `${pages.clients[client]}\n${pages.validators[validator]}`;
  sizes.pages[`${client} and ${validator.split(",")[0]}`] = await weigh(source);
}
const packages = ["esbuild", "socket.io-client", "centrifuge", "partysocket", "zod", "ajv"];
const versions = Object.fromEntries(packages.map((name) => [name, versionOf(name)]));
console.log(JSON.stringify({ sizes, versions: { node: process.versions.node, ...versions } }));

function versionOf(name) {
  return JSON.parse(fs.readFileSync(path.join(modules, name, "package.json"), "utf8")).version;
}
