// node client.mjs FOLDER MODULES: what the client in FOLDER weighs, and what an event costs it; prints figures as JSON.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { gzipped } from "./bundle.mjs";
import { shipped } from "./page.mjs";

const [folder, modules] = process.argv.slice(2).map((each) => path.resolve(each));
const require = createRequire(path.join(modules, "from-here.js"));
const esbuild = require("esbuild");

const ROUNDS = 201;
const CALLS = 2_000;
/** What judging takes: the contract's checks, and what they stand on. */
const JUDGING = /\/(validators|checks|issues|values|formats|regex-syntax|secrets|brand)\.ts$/;

/** Modules that stand for nothing: functions that say yes. */
function emptied(filter) {
  return {
    name: "emptied",
    setup(build) {
      build.onLoad({ filter }, ({ path: file }) => {
        const names = [
          ...fs.readFileSync(file, "utf8").matchAll(/^export (?:async )?(?:function\*?|const|class) (\w+)/gm),
        ];
        return { contents: names.map(([, name]) => `export const ${name} = () => true;`).join("\n"), loader: "ts" };
      });
    },
  };
}

const source =
  'import { createChatClient } from "./chat/client.js";\ncreateChatClient({ url: "wss://example.com" }).connect();';
const whole = await shipped(esbuild, folder, source);
const core = await shipped(esbuild, folder, source, { plugins: [emptied(JUDGING)] });
const sizes = { page: gzipped(whole.first), core: gzipped(core.first), modules: shares(core) };

/** What each module adds, its bytes of the bundle at the rate at which that is compressed. */
function shares({ first, bytes }) {
  const rate = gzipped(first) / first.length;
  const most = Object.entries(bytes).sort(([, one], [, other]) => other - one);
  return Object.fromEntries(most.map(([name, size]) => [name, Math.round(size * rate)]));
}

const exported = `export { createChatClient } from "./chat/index.js"; export { MemoryNetwork } from "./runtime/testing.js";`;
const built = await esbuild.build({
  stdin: { contents: exported, resolveDir: folder, loader: "ts" },
  ...{ bundle: true, format: "esm", platform: "neutral", target: "es2022", write: false },
});
const file = path.join(folder, "client.bundle.mjs");
fs.writeFileSync(file, built.outputFiles[0].text);
const { createChatClient, MemoryNetwork } = await import(pathToFileURL(file).href);

const message = {
  id: "2eb8aa08-aa98-11ea-b4aa-73b441d16380",
  author: { id: "s1", name: "Ada Lovelace" },
  body: "The Analytical Engine weaves algebraical patterns just as the Jacquard loom weaves flowers and leaves.",
  sentAt: "2026-01-01T12:00:00Z",
  tags: ["engine", "loom"],
};

let heard = 0;
const network = new MemoryNetwork();
const client = createChatClient({ url: "ws://here", socket: network.socket });
const room = client.room({ roomId: "general" });
room.on("posted", () => heard++);
room.retain();
network.latest.accept();
network.latest.send(["$welcome", { session: "s", version: "1.0.0", heartbeat: { every: 25, slack: 10 } }]);
const [, join] = network.latest.framesOf("$join")[0];
network.latest.send(["$joined", join, "rooms/general", { epoch: "e", offset: 0, recovered: false, replay: 0 }]);

let offset = 0;
function texts() {
  return Array.from({ length: CALLS }, () => JSON.stringify(["room.posted", ++offset, "rooms/general", message]));
}
let sink = 0;
function timed(act) {
  const frames = texts();
  const start = process.hrtime.bigint();
  for (const text of frames) act(text);
  return Number(process.hrtime.bigint() - start) / CALLS;
}
const parse = (text) => {
  sink += JSON.parse(text).length;
};
const receive = (text) => network.latest.sendText(text);
const times = { parse: [], receive: [] };
for (let round = 0; round < ROUNDS; round++) {
  times.parse.push(timed(parse));
  times.receive.push(timed(receive));
}
client.close();
if (heard !== ROUNDS * CALLS) throw new Error(`heard ${heard} of ${ROUNDS * CALLS}`);
const least = Object.fromEntries(Object.entries(times).map(([name, all]) => [name, Math.min(...all)]));
const versions = { node: process.versions.node, esbuild: require("esbuild/package.json").version };
console.log(JSON.stringify({ sizes, times: least, versions }));
