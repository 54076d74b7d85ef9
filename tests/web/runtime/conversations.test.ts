/** The conversations that both clients play: one set of data for Python and TypeScript. */
import fs from "node:fs";
import { describe, expect, it } from "vitest";

import { Player, type Script, type Step } from "./player.js";

const FOLDER = new URL("../../conversations/", import.meta.url);
const NOT_SCRIPTS = ["preludes.json", "transitions.json"];

function read(name: string): unknown {
  return JSON.parse(fs.readFileSync(new URL(name, FOLDER), "utf8"));
}

const preludes = read("preludes.json") as Readonly<Record<string, readonly Step[]>>;
const files = fs.readdirSync(FOLDER).filter((name) => name.endsWith(".json") && !NOT_SCRIPTS.includes(name));

describe.each(files)("%s", (file) => {
  it.each((read(file) as Script[]).map((script) => [script.name, script] as const))("%s", async (_, script) => {
    const player = new Player(script);
    const steps = [...(preludes[script.prelude ?? ""] ?? []), ...script.steps];
    for (const [index, [happens, does]] of steps.entries()) {
      const did = await player.play(happens);
      const { position, ...expected } = does;
      if (Array.isArray(position)) expect(player.position(String(position[0]))).toEqual(position);
      expect(did, `step ${String(index)}: ${JSON.stringify(happens)}`).toEqual(player.resolved(expected, did));
    }
  });
});
