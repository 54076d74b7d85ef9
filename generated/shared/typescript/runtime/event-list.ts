/** The newest events of one name as a store: bounded, and seeded from the history where that is asked for. */
import type { AnyChannel, EventMeta, EventsOf, Recording, RecordedOf, ResyncReason } from "./channel.js";
import { DisconnectedError, RealtimeError } from "./errors.js";
import { type HandleTarget, insideOf } from "./handle.js";
import { HistoryChangedError, readHistory } from "./history.js";
import { type Cell, type Store, makeCell } from "./store.js";
import { whileSubscribed } from "./while-subscribed.js";

/** One event of a list. */
export interface EventListItem<Payload> {
  /** The same for the same event in each snapshot, another for any other: the `key` of what shows it. */
  readonly key: string;
  readonly payload: Payload;
  /** Where a recorded event stands in the channel's history; 0 for others. */
  readonly offset: number;
  /** The session that sent a relayed event. */
  readonly by?: string;
}

/** The newest events, oldest first. The array is the same one while no event comes. */
export interface EventListSnapshot<Payload> {
  readonly items: readonly EventListItem<Payload>[];
  /** Whether the history is still to come; events are listed meanwhile as they come. */
  readonly loading: boolean;
  /** Why the history could not be read. The next rejoin asks for it again. */
  readonly error: RealtimeError | null;
}

export interface EventListOptions<C extends AnyChannel, Name extends keyof EventsOf<C>> {
  /** How many of the newest to keep. Default 100. */
  readonly keep?: number | undefined;
  /**
   * How many of those that came before are read from the history, at first and after each loss of continuity. Only for
   * recorded events. Default `false`: none.
   */
  readonly history?: (Name extends RecordedOf<C> ? number | false : false) | undefined;
}

/**
 * The newest events of one name. Nothing happens before the first subscriber, who holds the channel and listens. After
 * the last one it lets go; what was listed stays readable until somebody subscribes again, which begins anew.
 * Lists of the same events with the same options are one, so that the history is read once for all who show it.
 *
 * @example
 * const messages = eventList(client.room({ roomId: "general" }), "posted", { keep: 200, history: 50 });
 * const stop = messages.subscribe(() => show(messages.getSnapshot().items));
 */
export function eventList<C extends AnyChannel, Name extends keyof EventsOf<C> & string>(
  channel: C,
  event: Name,
  { keep = 100, history = false }: EventListOptions<C, Name> = {},
): Store<EventListSnapshot<EventsOf<C>[Name]>> {
  const past = history === false ? 0 : Math.min(history, keep);
  const name = `${event} ${String(keep)} ${String(past)}`;
  // Without a history a list begins with its own first subscriber, so it can't be another one's.
  const list = (past > 0 && sharedList(channel, name)) || new EventList(channel, event, keep, past, name);
  // A channel's listeners are called with what its events are declared to carry.
  return list as Store<EventListSnapshot<unknown>> as Store<EventListSnapshot<EventsOf<C>[Name]>>;
}

/** How often the history is asked for in a row where the answer is lost on the way, or it began anew meanwhile. */
const TRIES = 3;

type Item = EventListItem<unknown>;

/** Lists with a history that somebody has, by their channel and by what they list. */
const shared: WeakMap<HandleTarget, Map<string, WeakRef<EventList>>> = /* @__PURE__ */ new WeakMap();

function sharedList(channel: AnyChannel, name: string): EventList | undefined {
  return shared.get(insideOf(channel))?.get(name)?.deref();
}

class EventList implements Store<EventListSnapshot<unknown>> {
  readonly #shown: Cell<EventListSnapshot<unknown>>;
  readonly subscribe: Store<unknown>["subscribe"];
  readonly #channel: AnyChannel;
  readonly #event: string;
  readonly #keep: number;
  /** How many to read from the history; 0 for none. */
  readonly #past: number;
  /** Whether the history is to be read, and what was heard since then: it comes behind that. */
  #wanted = false;
  #fresh: readonly Item[] = [];
  /** Ends the reading that is going on. */
  #reading: AbortController | null = null;
  /** Up to where recorded events are listed. */
  #top = 0;
  /** Offsets begin anew where a history does; keys must not. */
  #era = 0;
  #unrecorded = 0;
  readonly #name: string;

  constructor(channel: AnyChannel, event: string, keep: number, past: number, name: string) {
    this.#channel = channel;
    this.#event = event;
    this.#keep = keep;
    this.#past = past;
    this.#name = name;
    this.#share();
    this.#shown = makeCell<EventListSnapshot<unknown>>({ items: [], loading: past > 0, error: null });
    this.subscribe = whileSubscribed(this.#shown, () => this.#start());
  }

  readonly getSnapshot = (): EventListSnapshot<unknown> => this.#shown.getSnapshot();

  #start(): () => void {
    const channel = this.#channel;
    if (this.#past === 0) this.#show({ items: [] });
    this.#share();
    this.#begin();
    const ends = [
      channel.on(this.#event, (payload, meta) => {
        this.#heard(payload, meta);
      }),
      channel.onResync((reason) => {
        this.#lost(reason);
      }),
      channel.state.subscribe(() => {
        this.#seed();
      }),
      channel.retain(),
    ];
    this.#seed();
    return () => {
      this.#reading?.abort();
      this.#reading = null;
      this.#unshare();
      for (const end of ends) end();
    };
  }

  /** Whoever asks for the same list from now on gets this one. */
  #share(): void {
    if (this.#past === 0 || sharedList(this.#channel, this.#name) !== undefined) return;
    const target = insideOf(this.#channel);
    const lists = shared.get(target) ?? new Map<string, WeakRef<EventList>>();
    shared.set(target, lists.set(this.#name, new WeakRef(this)));
  }

  /** It is not kept up to date any more. */
  #unshare(): void {
    if (sharedList(this.#channel, this.#name) === this) shared.get(insideOf(this.#channel))?.delete(this.#name);
  }

  #heard(payload: unknown, { offset, by, newest }: EventMeta): void {
    // The newest value that comes with a join is no event of its own where the history has it, too, or it was heard.
    if (offset === 0 ? this.#past > 0 || (newest === true && this.#lists(payload)) : offset <= this.#top) return;
    this.#top = Math.max(this.#top, offset);
    const item = { key: this.#keyOf(offset), payload, offset, ...(by === undefined ? {} : { by }) };
    if (this.#wanted) this.#fresh = this.#newest([...this.#fresh, item]);
    this.#show({ items: this.#newest([...this.getSnapshot().items, item]) });
  }

  #lists(payload: unknown): boolean {
    const text = JSON.stringify(payload);
    return this.getSnapshot().items.some((each) => JSON.stringify(each.payload) === text);
  }

  #lost(reason: ResyncReason): void {
    if (reason !== "too_old" && reason !== "too_many") this.#era++;
    this.#begin();
    this.#seed();
  }

  /** The history is to be read; what is shown stays until it is there. */
  #begin(): void {
    this.#reading?.abort();
    this.#reading = null;
    this.#top = 0;
    this.#fresh = [];
    this.#wanted = this.#past > 0;
  }

  /** Reads the history if it is wanted and can be had. A channel that can't be joined has none. */
  #seed(): void {
    if (!this.#wanted || this.#reading !== null) return;
    const { status } = this.#channel.state.getSnapshot();
    this.#show({ loading: status !== "failed", error: null });
    if (status === "joined") void this.#read((this.#reading = new AbortController()));
  }

  async #read(reading: AbortController): Promise<void> {
    const { signal } = reading;
    // Who lets go at once, as a component that is mounted twice, asks for nothing.
    await Promise.resolve();
    for (let tried = 1; !signal.aborted; tried++) {
      try {
        const past = await readPast(this.#channel, this.#event, this.#past, signal);
        if (this.#reading === reading) this.#put(past);
        return;
      } catch (error) {
        if (this.#reading !== reading) return;
        if (isPassing(error) && tried < TRIES && this.#isJoined) continue;
        this.#failed(error);
        return;
      }
    }
  }

  get #isJoined(): boolean {
    return this.#channel.state.getSnapshot().status === "joined";
  }

  /** What was read stands before what was heard since; of what is in both, one. */
  #put(past: readonly Omit<Item, "key">[]): void {
    const fresh = this.#fresh;
    const first = fresh[0]?.offset ?? Infinity;
    const before = past.filter(({ offset }) => offset < first);
    this.#reading = null;
    this.#wanted = false;
    this.#fresh = [];
    this.#top = Math.max(this.#top, before.at(-1)?.offset ?? 0);
    const items = [...before.map((each) => ({ ...each, key: this.#keyOf(each.offset) })), ...fresh];
    this.#show({ items: this.#newest(items), loading: false, error: null });
  }

  #failed(error: unknown): void {
    this.#reading = null;
    // On its way back the channel is joined anew, and then the history is asked for again.
    if (!this.#isJoined) return;
    const known = error instanceof RealtimeError ? error : new RealtimeError("history", String(error));
    this.#show({ loading: false, error: known });
  }

  #keyOf(offset: number): string {
    if (offset === 0) return `-${String(++this.#unrecorded)}`;
    return this.#era === 0 ? String(offset) : `${String(this.#era)}:${String(offset)}`;
  }

  #newest(items: readonly Item[]): readonly Item[] {
    return items.slice(Math.max(0, items.length - this.#keep));
  }

  #show(change: Partial<EventListSnapshot<unknown>>): void {
    this.#shown.set({ ...this.getSnapshot(), ...change });
  }
}

/** The newest `count` of an event's past, in their order. Pages hold the channel's other recorded events, too. */
async function readPast(
  channel: AnyChannel & Recording<string>,
  event: string,
  count: number,
  signal: AbortSignal,
): Promise<readonly Omit<Item, "key">[]> {
  let found: Omit<Item, "key">[] = [];
  for await (const page of readHistory(channel, { limit: count, signal })) {
    const meant = page.filter((each) => each.event === event);
    found = [...meant.map(({ payload, offset }) => ({ payload, offset })), ...found];
    if (found.length >= count) break;
  }
  return found.slice(Math.max(0, found.length - count));
}

/** Whether asking again at once may help. */
function isPassing(error: unknown): boolean {
  return error instanceof DisconnectedError || error instanceof HistoryChangedError;
}
