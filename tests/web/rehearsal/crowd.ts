/**
 * Members of some rooms on generated TypeScript clients of one version: node crowd.ts PLAN
 *
 * The same as tests/rehearsal/crowd.py, in the other language: orders come line by line, what happens is written down
 * for the delivery checker, by the clock that all processes share.
 */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

import type * as Chat from "../../../generated/chat/typescript/chat/index.ts";
import type { Tap } from "../../../generated/chat/typescript/runtime/options.ts";

interface Plan {
  readonly name: string;
  /** Where the code of the version is. */
  readonly code: string;
  readonly url: string;
  readonly members: number;
  readonly talkers: number;
  readonly rooms: number;
  /** Seconds between two messages, on average. */
  readonly every: number;
  /** What the version calls the text of a message. */
  readonly body: string;
  /** What else a message needs to be sent. */
  readonly more: Readonly<Record<string, string>>;
  /** What it calls the mood in which its people type. */
  readonly mood: Chat.RoomTypingPayload["mood"];
  readonly seed: number;
  readonly history: string;
}

type Position = readonly [epoch: string, offset: number];

interface Order {
  readonly do: string;
  readonly stands?: Readonly<Record<string, Position>>;
}

const plan = JSON.parse(process.argv[2] ?? "") as Plan;
const { createChatClient } = (await import(`${plan.code}/web/chat/index.ts`)) as typeof Chat;

const records: string[] = [];
const wrong: Record<string, number> = {};
const stands: Record<string, Position> = {};
const seed = { state: plan.seed };
let acked = 0;
let hushed = false;
let wake: () => void = () => undefined;

function write(op: string, what: object): void {
  const t = (performance.timeOrigin + performance.now()) / 1000;
  records.push(JSON.stringify({ t, op, proc: plan.name, ...what }));
}

function note(what: string): void {
  wrong[what] = (wrong[what] ?? 0) + 1;
}

function tell(said: object): void {
  process.stdout.write(`${JSON.stringify(said)}\n`);
}

/** From 0 up to 1; the same for the same seed (Mulberry32, by Tommy Ettinger, public domain). */
function random(): number {
  seed.state = (seed.state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed.state ^ (seed.state >>> 15), 1 | seed.state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

/** The id that the handler gives a message: a UUID of version 5 (RFC 9562) in the namespace of URLs. */
function idOf(body: string): string {
  const namespace = Buffer.from("6ba7b8119dad11d180b400c04fd430c8", "hex");
  const hash = createHash("sha1").update(namespace).update(body).digest().subarray(0, 16);
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return hash.toString("hex").replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

/** One client in one room, and what it hears. */
class Member {
  readonly #name: string;
  readonly #client: Chat.ChatClient;
  readonly room: Chat.Room;
  heard = 0;
  #epoch = "";
  #joins = new Map<string, number>();

  constructor(number: number) {
    this.#name = `c${String(number)}`;
    const frame: Tap["frame"] = (direction, text) => {
      this.#frame(direction, JSON.parse(text) as readonly unknown[]);
    };
    this.#client = createChatClient({
      url: plan.url,
      debug: { frame },
      onInvalid: ({ tag }) => {
        note(`invalid ${tag}`);
      },
      onError: ({ code }) => {
        note(`refused: ${code}`);
      },
    });
    this.room = this.#client.room({ roomId: `r${String(number % plan.rooms)}` });
  }

  async come(): Promise<void> {
    this.room.on("posted", ({ id }, { offset }) => {
      this.#write("recv", { epoch: this.#epoch, offset, hash: id });
      this.heard = offset;
      wake();
    });
    this.room.on("typing", ({ name }) => {
      this.#write("recv", { hash: name });
    });
    let ready = false;
    this.#client.connection.subscribe(() => {
      const { status, reason } = this.#client.connection.getSnapshot();
      if (ready && status !== "ready") this.#write("lost", { reason: String(reason?.code ?? 0) });
      if (ready && status === "closed" && !leaving) note("closed for good");
      ready = status === "ready";
    });
    this.room.retain();
    await this.room.joined();
  }

  leave(): void {
    this.#write("left", {});
    this.#client.close();
  }

  #frame(direction: "in" | "out", frame: readonly unknown[]): void {
    const [tag, ref, address, info] = frame as [string, number, string, Record<string, unknown>];
    if (direction === "out" && tag === "$join") {
      const [epoch, offset] = (info["since"] as Position | undefined) ?? ["", -1];
      this.#joins.set(address, ref);
      this.#write("join", { ref, epoch, offset });
    } else if (direction === "out" && tag === "room.typing") {
      const { name } = info as { readonly name: string };
      this.#write("publish", { key: `${this.#name} ${name}`, hash: name });
    } else if (tag === "$joined" && this.#joins.get(address) === ref) {
      const { epoch, offset, replay, recovered, reason = "" } = info;
      this.#epoch = String(epoch);
      this.#write("joined", { epoch, offset, replay, recovered, reason });
    } else if (tag === "$left" && this.#joins.get(address) === ref) {
      this.#write("left", { reason: info["again"] });
    } else if (tag === "$resync") {
      this.#write("resync", { reason: (address as unknown as { readonly reason: string }).reason });
    }
  }

  #write(op: string, what: object): void {
    write(op, { client: this.#name, address: this.room.address, ...what });
  }
}

const members = Array.from({ length: plan.members }, (_, number) => new Member(number));
let leaving = false;

async function say(room: Chat.Room, body: string): Promise<void> {
  const { address } = room;
  const key = `say ${body}`;
  write("publish", { address, key, hash: idOf(body), kind: "recorded" });
  try {
    const said = { name: "ada", [plan.body]: body, ...plan.more } as unknown as Chat.RoomSendPayload;
    const { tags: [offset, epoch] = [] } = await room.send(said);
    write("ack", { address, key, epoch, offset: Number(offset) });
    acked += 1;
    if (Number(offset) > (stands[address]?.[1] ?? 0)) stands[address] = [String(epoch), Number(offset)];
  } catch (error) {
    write("unknown", { address, key });
    const code = (error as { readonly code?: string }).code;
    note(code ?? (error instanceof Error ? error.name : String(error)));
  }
}

async function talk(room: Chat.Room): Promise<void> {
  for (let number = 1; ; number += 1) {
    const until = performance.now() - Math.log(1 - random()) * plan.every * 1000;
    while (!hushed && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, Math.min(50, until - performance.now()))));
    }
    if (hushed) return;
    const about = `${plan.name} ${room.address} ${String(Math.floor(random() * 2 ** 32))} ${String(number)}`;
    await say(room, about);
    if (number % 5 === 0) room.typing({ name: about, mood: plan.mood });
  }
}

function hasHeard(wanted: Readonly<Record<string, Position>>): boolean {
  return members.every(({ room, heard }) => heard >= (wanted[room.address]?.[1] ?? 0));
}

for (const member of members) await member.come();
tell({ here: members.length });
const talking = members.slice(0, plan.talkers).map(({ room }) => talk(room));
const telling = setInterval(() => {
  tell({ acked, wrong });
}, 100);

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line) as Order;
  if (order.do === "hush") {
    hushed = true;
    await Promise.all(talking);
    tell({ stands });
  } else if (order.do === "hear") {
    const wanted = order.stands ?? {};
    while (!hasHeard(wanted)) await new Promise<void>((resolve) => (wake = resolve));
    tell({ heard: members.length });
  } else {
    break;
  }
}
leaving = true;
clearInterval(telling);
for (const member of members) member.leave();
writeFileSync(plan.history, records.map((record) => `${record}\n`).join(""));
tell({ left: true, acked, wrong });
process.exit(0);
