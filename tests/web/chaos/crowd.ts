/**
 * Members of some halls on generated TypeScript clients: node crowd.ts PLAN
 *
 * The same as tests/chaos/crowd.py, but for guests: it takes orders, and all that happens is written down for the
 * delivery checker.
 */
import type { Channel, Present } from "../../../generated/chat/typescript/runtime/codegen-v1.ts";
import type { ClientOptions, ConnectionSnapshot, Store } from "../../../generated/chat/typescript/runtime/index.ts";
import { type Act, obey, type Order, tell } from "../crowds/obeying.ts";
import { type Frame, Log, Recorded, seeded } from "../crowds/recording.ts";

interface Plan {
  readonly name: string;
  /** Where the hall's code is. */
  readonly code: string;
  readonly url: string;
  readonly members: number;
  readonly halls: number;
  /** Seconds between two bursts, on average. */
  readonly every: number;
  /** Messages of a burst, on average. */
  readonly burst: number;
  readonly seed: number;
  readonly history: string;
}

interface Item {
  readonly text: string;
  readonly of: string;
}

interface Stands {
  readonly epoch: string;
  readonly offset: number;
}

type Asked = "add" | "say" | "rate" | "move";
type Event = Asked | "wave";
type Events = { readonly added: Item; readonly price: Item; readonly moved: Item; readonly wave: Item };
type Requests = Readonly<Record<Asked, { readonly payload: Item; readonly reply: Stands }>>;

/** As generated from tests/chaos/hall.yaml, when the play begins. */
interface Hall
  extends Channel<Events, Requests>, Present<Item>, Readonly<Record<Asked, (item: Item) => Promise<Stands>>> {
  wave(item: Item): void;
}

interface Client {
  readonly connection: Store<ConnectionSnapshot>;
  hall(params: { readonly name: string }): Hall;
  close(): void;
}

interface Generated {
  readonly createHallClient: (options: ClientOptions) => Client;
}

/** Milliseconds before what failed is tried as something new. */
const PATIENCE_MS = 200;
/** Of which each member has one value; as the history calls it. */
const SLOTS = {
  rate: { kind: "latest", slot: (of: string) => `hall.price/${JSON.stringify(of)}` },
  move: { kind: "conflated", slot: (of: string) => `hall.moved/${of}` },
} as const;

const plan = JSON.parse(process.argv[2] ?? "") as Plan;
const { createHallClient } = (await import(`${plan.code}/hall/index.ts`)) as Generated;

const log = new Log(plan.name, plan.history);
const random = seeded(plan.seed);
let acked = 0;
let numbers = 0;
let hushed = true;
/** So many times as slow they talk. */
let pace = 1;

/** As tests/chaos/said.py has it. */
function digest({ text, of }: Item): string {
  return `${text}|${of}`;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** One client in one hall. */
class Member {
  readonly #client: Client;
  readonly #written: Recorded;
  /** Of requests that wait for their end, by the item's digest. */
  readonly #refs = new Map<string, number>();
  #who = "";
  #isInside = false;
  #seen = new Set<string>();
  readonly marks = new Set<string>();
  readonly hall: Hall;
  wake: () => void = () => undefined;

  constructor(number: number) {
    const name = `h${String(number % plan.halls)}`;
    this.#written = new Recorded(log, `${plan.name}/c${String(number)}`, `halls/${name}`);
    this.#client = createHallClient({
      url: plan.url,
      debug: this.#written.tap((direction, frame) => {
        this.#travels(direction, frame);
      }),
    });
    this.hall = this.#client.hall({ name });
  }

  get name(): string {
    return this.#written.name;
  }

  get address(): string {
    return this.#written.address;
  }

  get isAway(): boolean {
    return !this.#written.isReady;
  }

  get isClosed(): boolean {
    return this.#written.isClosed;
  }

  async come(): Promise<void> {
    this.hall.on("added", (item, { offset }) => {
      this.#written.write("recv", { epoch: this.#written.epoch, offset, hash: digest(item) });
      if (!item.text.startsWith("mark ")) return;
      this.marks.add(item.text);
      this.wake();
    });
    this.hall.on("wave", (item) => {
      this.#written.write("recv", { hash: digest(item) });
    });
    for (const [event, { kind, slot }] of [["price", SLOTS.rate] as const, ["moved", SLOTS.move] as const]) {
      this.hall.on(event, (item) => {
        this.#written.write("recv", { hash: digest(item), kind, slot: slot(item.of) });
      });
    }
    this.#written.follow(this.#client.connection, () => {
      this.#gone("lost");
    });
    this.hall.presence.subscribe(() => {
      this.#look();
    });
    this.hall.retain();
    await this.hall.joined();
    await this.hall.presence.show({ text: this.name, of: this.name }).catch(() => undefined); // with each join
  }

  leave(): void {
    this.#written.write("left", {});
    this.#client.close();
  }

  /** Publishes something; its text if it was acknowledged. */
  async say(event: Event, prefix = ""): Promise<string> {
    numbers += 1;
    const text = `${prefix}${plan.name} ${String(numbers)}`;
    const item = { text, of: this.name };
    if (event === "wave") {
      this.#wave(item);
      return text;
    }
    const { address } = this;
    const hash = digest(item);
    const key = `${event} ${plan.name} ${String(numbers)}`;
    const slot = event === "rate" || event === "move" ? SLOTS[event] : null;
    const about = slot === null ? { kind: "recorded" } : { kind: slot.kind, slot: slot.slot(this.name) };
    log.write("publish", { address, key, hash, ...about });
    try {
      const { epoch, offset } = await this.hall[event](item);
      this.#ended(hash, "ok");
      if (slot === null && epoch === "") {
        log.write("unknown", { address, key }); // it is kept, and nobody can say where
        return text;
      }
      log.write("ack", { address, key, epoch, offset });
      if (slot === null) acked += 1;
      return text;
    } catch (error) {
      this.#ended(hash, outcomeOf(error));
      log.write("unknown", { address, key });
      return "";
    }
  }

  async untilAcked(event: Asked, prefix = ""): Promise<string> {
    for (;;) {
      const text = await this.say(event, prefix);
      if (text !== "") return text;
      await pause(PATIENCE_MS);
    }
  }

  async hears(marks: readonly string[]): Promise<void> {
    while (!marks.every((mark) => this.marks.has(mark))) {
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  /** Some things at once, then a while nothing. */
  async talk(): Promise<void> {
    for (;;) {
      await pause(random() * 2 * pace * plan.every * 1000);
      if (hushed) return;
      const said = Array.from({ length: Math.floor(random() * (2 * plan.burst - 1)) }, () =>
        one<Event>("add", "add", "say"),
      );
      const last = one<Event>("add", "say", "rate", "move", "wave"); // of a slot one value at a time
      await Promise.all([...said, last].map((event) => this.say(event)));
    }
  }

  #wave(item: Item): void {
    try {
      this.hall.wave(item);
    } catch {
      // It is not joined, and nobody was promised anything.
    }
  }

  #travels(direction: "in" | "out", [tag, ref, , info]: Frame): void {
    if (tag === "$welcome") {
      const { session } = ref as unknown as { readonly session: string };
      this.#who = session.split(".")[0] ?? session; // the rest is a secret
    } else if (tag === "$joined" && ref === this.#written.join) {
      this.#isInside = true;
      this.#written.write("here", { key: this.#who });
    } else if (tag === "$left") {
      this.#gone("left");
    } else if (direction === "out" && !tag.startsWith("$")) {
      this.#sent(tag, ref, info as unknown as Item);
    }
  }

  #sent(tag: string, ref: number, item: Item): void {
    const hash = digest(item);
    if (tag === "hall.wave") this.#written.write("publish", { key: `${this.name} ${hash}`, hash });
    if (ref === 0 || this.#refs.has(hash)) return; // it is sent again
    this.#refs.set(hash, ref);
    this.#written.write("send", { ref, key: hash, ...(tag === "hall.add" ? { kind: "idempotent" } : {}) });
  }

  /** What was never sent has no outcome. */
  #ended(hash: string, reason: string): void {
    const ref = this.#refs.get(hash);
    if (ref !== undefined) this.#written.write("outcome", { ref, key: hash, reason });
    this.#refs.delete(hash);
  }

  #gone(reason: string): void {
    if (this.#isInside) this.#written.write("gone", { key: this.#who, reason });
    this.#isInside = false;
  }

  /** Writes down whom it sees that it did not, and the reverse. */
  #look(): void {
    const { members, complete } = this.hall.presence.getSnapshot();
    if (!complete) return;
    const now = new Set(members.keys());
    const write = (key: string, reason: string): void => {
      this.#written.write("presence", { key, reason });
    };
    for (const who of now) if (!this.#seen.has(who)) write(who, "came");
    for (const who of this.#seen) if (!now.has(who)) write(who, "went");
    this.#seen = now;
  }
}

function one<T>(...from: readonly [T, ...T[]]): T {
  return from[Math.floor(random() * from.length)] ?? from[0];
}

function outcomeOf(error: unknown): string {
  const name = error instanceof Error ? error.name : "";
  const known: Readonly<Record<string, string>> = { TimeoutError: "timeout", DisconnectedError: "disconnected" };
  return known[name] ?? "error";
}

const members = Array.from({ length: plan.members }, (_, number) => new Member(number));
let talks: readonly Promise<void>[] = [];

const acts: Readonly<Record<string, Act>> = {
  talk: () => {
    hushed = false;
    talks = members.map((member) => member.talk());
    return Promise.resolve({ talking: true });
  },
  slow: (order: Order & { readonly pace?: number }) => {
    pace = order.pace ?? 1;
    return Promise.resolve({ slow: true });
  },
  hush: async () => {
    hushed = true;
    await Promise.all(talks);
    return { hushed: true };
  },
  mark: async () => {
    await Promise.all(members.flatMap((member) => [member.untilAcked("rate"), member.untilAcked("move")]));
    const first = new Map(members.map((member) => [member.address, member]));
    const marks = [...first].map(
      async ([address, member]) => [address, await member.untilAcked("add", "mark ")] as const,
    );
    return { marks: Object.fromEntries(await Promise.all(marks)) };
  },
  hear: (order: Order & { readonly marks?: Readonly<Record<string, readonly string[]>> }) => {
    const all = members.map((member) => member.hears(order.marks?.[member.address] ?? []));
    void Promise.all(all).then(() => {
      tell({ heard: true });
    });
    return Promise.resolve(undefined);
  },
};

await Promise.all(members.map((member) => member.come()));
tell({ here: members.length });
await obey(acts, () => ({
  acked,
  away: members.filter(({ isAway }) => isAway).length,
  closed: members.filter(({ isClosed }) => isClosed).length,
}));
for (const member of members) member.leave();
log.close();
tell({ left: true });
process.exit(0);
