/** What a server keeps about one address: who has joined, what was recorded, who is present, and what it was told to do. */
import { type Check, findDeepIssues } from "../checks.js";
import type { EventDefinition } from "../definition.js";
import { InvalidPayloadError } from "../errors.js";
import { isCount } from "../frames.js";
import { isArray, isObject } from "../values.js";
import type { Answer } from "./fake-answers.js";
import type { Facts } from "./channel-facts.js";
import { FakePeople } from "./fake-people.js";
import type { MemoryConnection } from "./memory-network.js";

/** More missed events than this are not replayed: the client is told that continuity was lost. */
const MOST_REPLAYED = 300;

/** The content of an `$error` frame, as a test gives it. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly retryAfter?: number;
  readonly data?: unknown;
}

interface Recorded {
  readonly tag: string;
  readonly offset: number;
  readonly payload: unknown;
}

export class FakeRoom {
  readonly facts: Facts;
  readonly address: string;
  /** The connections that have joined, each with the ref of its join. */
  readonly members: Map<MemoryConnection, number> = new Map();
  readonly answers: Map<string, Answer> = new Map();
  /** What clients sent here, oldest first. */
  readonly sent: { readonly name: string; readonly payload: unknown }[] = [];
  readonly people: FakePeople | null;
  refusal: Refusal | null = null;
  /** Whether anybody has ever been here. */
  wasJoined = false;
  #recorded: Recorded[] = [];
  readonly #latest = new Map<string, readonly [tag: string, payload: unknown]>();
  #offset = 0;
  #epoch = 1;
  #lossReason = "epoch_changed";

  constructor(facts: Facts, address: string) {
    this.facts = facts;
    this.address = address;
    const tell = (version: readonly [string, number], info: object): void => {
      this.broadcast(["$presence", address, version, info]);
    };
    this.people = facts.presence && new FakePeople(facts.definition.name, facts.presence, tell);
  }

  tagOf(name: string): string {
    return `${this.facts.definition.name}.${name}`;
  }

  get epoch(): string {
    return `epoch-${String(this.#epoch)}`;
  }

  isRecorded(name: string): boolean {
    return this.facts.recorded.includes(name);
  }

  isLatest(name: string): boolean {
    return Object.hasOwn(this.facts.latest, name);
  }

  /** Sends a frame to everybody here; says whether anybody was. */
  broadcast(frame: readonly unknown[], except?: MemoryConnection): boolean {
    const members = [...this.members.keys()].filter((each) => each !== except);
    for (const each of members) if (each.isOpen) each.send(frame);
    return members.length > 0;
  }

  /** Refuses, by throwing, what the contract does not let this channel say. */
  mustSay(name: string, payload: unknown): void {
    const issues = findDeepIssues(this.checkOf(name), payload, "all");
    if (issues.length > 0) throw new InvalidPayloadError(`${this.tagOf(name)}, as the test says it`, issues);
  }

  /** Keeps a payload as far as the contract asks for it, and gives its offset; 0 for what is not recorded. */
  keep(name: string, payload: unknown): number {
    const tag = this.tagOf(name);
    if (this.isLatest(name)) this.#latest.set(this.#latestKey(name, payload), [tag, payload]);
    if (!this.isRecorded(name)) return 0;
    this.#recorded.push({ tag, offset: ++this.#offset, payload });
    return this.#offset;
  }

  /** Offsets start over, and who comes back is told why. */
  forget(reason: string): void {
    this.#epoch++;
    this.#offset = 0;
    this.#recorded = [];
    this.#lossReason = reason;
  }

  /** The newest values, by the event's name, of those that can be seen. */
  newest(isSeen: (name: string) => boolean): (readonly [tag: string, payload: unknown])[] {
    const { length } = this.tagOf("");
    return [...this.#latest.values()].filter(([tag]) => isSeen(tag.slice(length)));
  }

  /** The answer to a join, and the missed events behind it. */
  joined(ref: number, since: unknown, isSeen: (name: string) => boolean): (readonly unknown[])[] {
    const [epoch, offset] = isArray(since) ? since : [];
    const isSame = epoch === this.epoch && isCount(offset);
    const missed = isSame ? this.#recorded.filter((each) => each.offset > offset) : [];
    const recovered = isSame && missed.length <= MOST_REPLAYED;
    const replay = recovered ? missed : [];
    const reason = isSame ? "too_many" : this.#lossReason;
    const state = this.newest(isSeen);
    const answer = {
      ...{ epoch: this.epoch, offset: this.#offset, recovered, replay: replay.length },
      ...(recovered || since === undefined ? {} : { reason }),
      ...(this.people === null ? {} : { presence: this.people.page }),
      ...(state.length === 0 ? {} : { state }),
    };
    const frames = replay.map((each) => [each.tag, each.offset, this.address, each.payload]);
    return [["$joined", ref, this.address, answer], ...frames];
  }

  /** A page of what was recorded, as `$history` asks for it. */
  page(asked: unknown): object {
    const { after, before, limit = 50 } = isObject(asked) ? asked : {};
    const most = isCount(limit) ? Math.min(Math.max(limit, 1), MOST_REPLAYED) : 50;
    const fits = this.#recorded.filter(({ offset }) =>
      isCount(after) ? offset > after : !isCount(before) || offset < before,
    );
    const page = isCount(after) ? fits.slice(0, most) : fits.slice(-most);
    const events = page.map(({ tag, offset, payload }) => [tag, offset, payload]);
    return { epoch: this.epoch, events, more: fits.length > page.length };
  }

  /** The check of an event that can be heard; throws where the contract has none of that name. */
  checkOf(name: string): Check {
    const { name: channel, events, relays } = this.facts.definition;
    const tables: Readonly<Record<string, EventDefinition | undefined>>[] = [events, relays];
    const found = tables.find((each) => Object.hasOwn(each, name))?.[name];
    if (found === undefined) throw new TypeError(`${channel} has no event ${JSON.stringify(name)}`);
    return found.check;
  }

  #latestKey(name: string, payload: unknown): string {
    const property = this.facts.latest[name] ?? "";
    return JSON.stringify([name, property !== "" && isObject(payload) ? payload[property] : null]);
  }
}
