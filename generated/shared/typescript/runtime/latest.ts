/** The newest payload of one event as a store. */
import type { AnyChannel, EventsOf } from "./channel.js";
import { insideOf } from "./handle.js";
import { type Store, makeCell } from "./store.js";
import { whileSubscribed } from "./while-subscribed.js";

/**
 * The payload of the newest event of one name; `undefined` before the first. Nothing happens before the first
 * subscriber, who holds the channel and listens. What the contract calls `latest` is there as soon as the channel is
 * joined, also for who comes later. After the last subscriber the value stays readable until somebody subscribes again.
 *
 * @example
 * const price = latestOf(client.stock({ symbol: "ACME" }), "price");
 * const stop = price.subscribe(() => show(price.getSnapshot()));
 */
export function latestOf<C extends AnyChannel, Name extends keyof EventsOf<C> & string>(
  channel: C,
  event: Name,
): Store<EventsOf<C>[Name] | undefined> {
  // A channel's listeners are called with what its events are declared to carry.
  return new Latest(channel, event) as Store<unknown> as Store<EventsOf<C>[Name] | undefined>;
}

class Latest implements Store<unknown> {
  readonly #shown = makeCell<{ readonly payload: unknown }>({ payload: undefined });
  readonly subscribe: Store<unknown>["subscribe"];
  readonly #channel: AnyChannel;
  readonly #event: string;

  constructor(channel: AnyChannel, event: string) {
    this.#channel = channel;
    this.#event = event;
    this.subscribe = whileSubscribed(this.#shown, () => this.#start());
  }

  readonly getSnapshot = (): unknown => this.#shown.getSnapshot().payload;

  #start(): () => void {
    const channel = this.#channel;
    this.#shown.set({ payload: insideOf(channel).newest(this.#event) });
    const ends = [
      channel.on(this.#event, (payload) => {
        this.#shown.set({ payload });
      }),
      channel.retain(),
    ];
    return () => {
      for (const end of ends) end();
    };
  }
}
