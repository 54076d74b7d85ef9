/**
 * Who is present, put together from pages and deltas. Deltas have consecutive numbers within an epoch; one that is
 * missing, or a word of the server, makes the list to be asked for again. docs/protocol.md has the rules.
 */
import { type Check, findDeepIssues } from "./checks.js";
import { type Alarm, makeAlarm } from "./clock.js";
import { DisconnectedError, InvalidPayloadError } from "./errors.js";
import { isAmount, isCount } from "./frames.js";
import type { Presence, PresenceFeature, PresenceHost, PresencePart, PresenceSnapshot } from "./presence-feature.js";
import { type Cell, makeCell } from "./store.js";
import { isArray, isObject } from "./values.js";

/** People on a page of the list. */
const PAGE = 500;
/** A list that could not be got is asked for again after this time. */
const AGAIN_MS = 1_000;

const NOBODY: PresenceSnapshot = { count: 0, members: new Map(), complete: false };

interface Version {
  readonly epoch: string;
  readonly number: number;
}

type People = Map<string, unknown>;

/** The presence of channels whose members show what `check` takes. */
/* @__NO_SIDE_EFFECTS__ */
export function presenceOf(check: Check): PresenceFeature {
  return (host) => new Roster(check, host);
}

class Roster implements PresencePart {
  readonly shown: Presence;
  readonly #check: Check;
  readonly #host: PresenceHost;
  readonly #cell: Cell<PresenceSnapshot>;
  readonly #asking: Alarm;
  #version: Version = { epoch: "", number: 0 };
  /** What has come of a list that is being asked for; `null` while none is. */
  #pages: People | null = null;
  /** Changes with each join, so that late answers are known as such. */
  #round = 0;
  #own: { readonly state: unknown } | null = null;

  constructor(check: Check, host: PresenceHost) {
    this.#check = check;
    this.#host = host;
    this.#cell = makeCell(NOBODY, host.onListenerError);
    this.#asking = makeAlarm(host.clock, () => {
      void this.#ask("", this.#round);
    });
    const { subscribe, getSnapshot } = this.#cell;
    this.shown = { subscribe, getSnapshot, show: (state) => this.#showOwn(state) };
  }

  joined(listing: unknown): void {
    this.#round++;
    this.#pages = new Map();
    this.#page(listing, this.#round);
    this.moved();
  }

  /** What the server had been shown is gone with the connection; its refusal was told to who showed it. */
  moved(): void {
    if (this.#own !== null) this.#host.ask("$state", this.#own.state).catch(() => undefined);
  }

  heard(version: unknown, info: unknown): void {
    const next = versionOf(version);
    if (next === null || !isObject(info)) return;
    const { epoch, number } = this.#version;
    if (next.epoch === epoch && next.number <= number) return;
    const follows = next.number === (next.epoch === epoch ? number + 1 : 1);
    const begins = next.epoch !== epoch;
    this.#version = next;
    const count = isCount(info["count"]) ? info["count"] : this.#cell.getSnapshot().count;
    const { mode, after } = info;
    if (mode === "count") this.#only(count);
    else if (mode === "ask" || !follows || !this.#isTold) this.#askWithin(isAmount(after) ? after : 0, count);
    else this.#apply(info, count, begins);
  }

  away(): void {
    this.#round++;
    this.#asking(Infinity);
    this.#pages = null;
    const { count, members } = this.#cell.getSnapshot();
    this.#cell.set({ count, members, complete: false });
  }

  async #showOwn(state: unknown): Promise<void> {
    const issues = findDeepIssues(this.#check, state, "all");
    const { tag } = this.#host;
    if (issues.length > 0) throw new InvalidPayloadError(tag, issues);
    this.#own = { state };
    if (!this.#host.isJoined()) throw new DisconnectedError(tag, false, "the channel is not joined; it follows then");
    await this.#host.ask("$state", state);
  }

  get #isTold(): boolean {
    return this.#pages !== null || this.#cell.getSnapshot().complete;
  }

  #apply(info: Readonly<Record<string, unknown>>, count: number, begins: boolean): void {
    const isPaging = this.#pages !== null;
    const people: People = new Map(begins ? [] : (this.#pages ?? this.#cell.getSnapshot().members));
    const { leave } = info;
    for (const who of isArray(leave) ? leave : []) if (typeof who === "string") people.delete(who);
    for (const part of ["join", "update"]) for (const [who, state] of this.#entries(info[part])) people.set(who, state);
    if (isPaging) this.#pages = people;
    else this.#cell.set({ count, members: people, complete: true });
  }

  #page(listing: unknown, round: number): void {
    if (round !== this.#round || !isObject(listing)) return;
    const version = versionOf(listing["version"]);
    const { count, members, next = "" } = listing;
    if (version === null || !isCount(count)) return;
    this.#version = version;
    if (!isArray(members)) {
      this.#only(count);
      return;
    }
    const pages = new Map([...(this.#pages ?? []), ...this.#entries(members)]);
    const isLast = next === "" || typeof next !== "string";
    this.#pages = isLast ? null : pages;
    if (isLast) this.#cell.set({ count, members: pages, complete: true });
    else void this.#ask(next, round);
  }

  #only(count: number): void {
    this.#pages = null;
    this.#cell.set({ count, members: NOBODY.members, complete: false });
  }

  #askWithin(seconds: number, count: number): void {
    const { clock, random } = this.#host;
    this.#pages = new Map();
    this.#cell.set({ count, members: this.#cell.getSnapshot().members, complete: false });
    this.#asking(clock.now() + random() * seconds * 1000);
  }

  async #ask(after: string, round: number): Promise<void> {
    try {
      const listing = await this.#host.ask("$members", { after, limit: PAGE });
      this.#page(listing, round);
    } catch {
      if (round === this.#round) this.#asking(this.#host.clock.now() + AGAIN_MS);
    }
  }

  #entries(value: unknown): [who: string, state: unknown][] {
    return (isArray(value) ? value : []).flatMap((entry) => {
      if (!isArray(entry)) return [];
      const [who, state] = entry;
      const isFit = !this.#host.validate || findDeepIssues(this.#check, state).length === 0;
      return typeof who === "string" && isFit ? [[who, state]] : [];
    });
  }
}

function versionOf(value: unknown): Version | null {
  if (!isArray(value)) return null;
  const [epoch, number] = value;
  return typeof epoch === "string" && isCount(number) ? { epoch, number } : null;
}
