/**
 * Members of some rooms on generated TypeScript clients of one version: node crowd.ts PLAN
 *
 * The same as tests/rehearsal/crowd.py, in the other language: it takes orders, and what happens is written down for
 * the delivery checker.
 */
import { createHash } from "node:crypto";

import type * as Chat from "../../../generated/chat/typescript/chat/index.ts";
import { type Act, obey, type Order, tell } from "../crowds/obeying.ts";
import { Log, Recorded, seeded } from "../crowds/recording.ts";

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
type Positions = Readonly<Record<string, Position>>;

const plan = JSON.parse(process.argv[2] ?? "") as Plan;
const { createChatClient } = (await import(`${plan.code}/web/chat/index.ts`)) as typeof Chat;

const log = new Log(plan.name, plan.history);
const random = seeded(plan.seed);
const wrong: Record<string, number> = {};
const stands: Record<string, Position> = {};
let acked = 0;
let hushed = false;
let wake: () => void = () => undefined;

function note(what: string): void {
  wrong[what] = (wrong[what] ?? 0) + 1;
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
  readonly #client: Chat.ChatClient;
  readonly #written: Recorded;
  readonly room: Chat.Room;
  heard = 0;

  constructor(number: number) {
    const roomId = `r${String(number % plan.rooms)}`;
    const written = new Recorded(log, `${plan.name}/c${String(number)}`, `rooms/${roomId}`);
    this.#written = written;
    this.#client = createChatClient({
      url: plan.url,
      debug: written.tap((direction, [tag, , , info]) => {
        if (direction === "out" && tag === "room.typing") {
          const { name } = info as { readonly name: string };
          written.write("publish", { key: `${written.name} ${name}`, hash: name });
        }
      }),
      onInvalid: ({ tag }) => {
        note(`invalid ${tag}`);
      },
      onError: ({ code }) => {
        note(`refused: ${code}`);
      },
    });
    this.room = this.#client.room({ roomId });
  }

  get isClosed(): boolean {
    return this.#written.isClosed;
  }

  async come(): Promise<void> {
    this.room.on("posted", ({ id }, { offset }) => {
      this.#written.write("recv", { epoch: this.#written.epoch, offset, hash: id });
      this.heard = offset;
      wake();
    });
    this.room.on("typing", ({ name }) => {
      this.#written.write("recv", { hash: name });
    });
    this.#written.follow(this.#client.connection, () => undefined);
    this.room.retain();
    await this.room.joined();
  }

  leave(): void {
    this.#written.write("left", {});
    this.#client.close();
  }
}

const members = Array.from({ length: plan.members }, (_, number) => new Member(number));

async function say(room: Chat.Room, body: string): Promise<void> {
  const { address } = room;
  const key = `say ${body}`;
  log.write("publish", { address, key, hash: idOf(body), kind: "recorded" });
  try {
    const said = { name: "ada", [plan.body]: body, ...plan.more } as unknown as Chat.RoomSendPayload;
    const { tags: [offset, epoch] = [] } = await room.send(said);
    log.write("ack", { address, key, epoch, offset: Number(offset) });
    acked += 1;
    if (Number(offset) > (stands[address]?.[1] ?? 0)) stands[address] = [String(epoch), Number(offset)];
  } catch (error) {
    log.write("unknown", { address, key });
    const code = (error as { readonly code?: string }).code;
    note(code ?? (error instanceof Error ? error.name : String(error)));
  }
}

function wave(room: Chat.Room, about: string): void {
  try {
    room.typing({ name: about, mood: plan.mood });
  } catch (error) {
    note(`typing: ${error instanceof Error ? error.name : String(error)}`);
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
    if (number % 5 === 0) wave(room, about);
  }
}

function hasHeard(wanted: Positions): boolean {
  return members.every(({ room, heard }) => heard >= (wanted[room.address]?.[1] ?? 0));
}

for (const member of members) await member.come();
tell({ here: members.length });
const talking = members.slice(0, plan.talkers).map(({ room }) => talk(room));

const acts: Readonly<Record<string, Act>> = {
  hush: async () => {
    hushed = true;
    await Promise.all(talking);
    return { stands };
  },
  hear: async (order: Order & { readonly stands?: Positions }) => {
    const wanted = order.stands ?? {};
    while (!hasHeard(wanted)) await new Promise<void>((resolve) => (wake = resolve));
    return { heard: members.length };
  },
};

await obey(acts, () => {
  const closed = members.filter(({ isClosed }) => isClosed).length;
  return { acked, wrong: closed > 0 ? { ...wrong, "closed for good": closed } : wrong };
});
for (const member of members) member.leave();
log.close();
tell({ left: true });
process.exit(0);
