import { assertInInjectionContext, computed, type Signal, signal, untracked } from "@angular/core";

import type { Channel, EventMap, RequestMap, RequestOptions } from "./core.js";

/** A request of a channel, and how its latest call went, as signals. */
export interface RequestBinding<Payload, Reply> {
  /**
   * Sends it. Gives the reply, or `undefined` when it failed: `error` says why, and nothing is thrown.
   * For a promise that rejects, call the channel's own method.
   */
  readonly execute: (payload: Payload, options?: RequestOptions) => Promise<Reply | undefined>;
  /** Whether the latest call is still without an answer. */
  readonly pending: Signal<boolean>;
  /** Why the latest call failed; `null` while it runs and when it went well. */
  readonly error: Signal<Error | null>;
  /** The newest reply on this channel; `undefined` before the first. */
  readonly reply: Signal<Reply | undefined>;
}

interface Call<C, Reply> {
  readonly on: C | null;
  readonly promise: Promise<Reply> | null;
  readonly pending: boolean;
  readonly error: Error | null;
  readonly reply: Reply | undefined;
}

const uncalled = { on: null, promise: null, pending: false, error: null, reply: undefined };

/** Binds a request of a channel to a component, so that it can show what is pending and what went wrong. */
export function injectRequest<Requests extends RequestMap, K extends keyof Requests & string>(
  room: { readonly channel: () => Channel<EventMap, Requests> },
  name: K,
): RequestBinding<Requests[K]["payload"], Requests[K]["reply"]> {
  type Reply = Requests[K]["reply"];
  assertInInjectionContext(injectRequest);
  const call = signal<Call<Channel<EventMap, Requests>, Reply>>(uncalled);
  const shown = computed<Call<Channel<EventMap, Requests>, Reply>>(() =>
    call().on === room.channel() ? call() : uncalled,
  );

  function execute(payload: Requests[K]["payload"], options?: RequestOptions): Promise<Reply | undefined> {
    const channel = untracked(room.channel);
    const promise: Promise<Reply> = channel.request(name, payload, options);
    call.set({ ...uncalled, on: channel, promise, pending: true, reply: untracked(shown).reply });
    // A call that is no longer the latest has nothing to show; whoever waits for it still gets its reply.
    const settle = (outcome: Partial<Call<Channel<EventMap, Requests>, Reply>>): void => {
      call.update((latest) => (latest.promise === promise ? { ...latest, pending: false, ...outcome } : latest));
    };
    return promise.then(
      (reply) => {
        settle({ reply });
        return reply;
      },
      (error: unknown) => {
        settle({ error: error instanceof Error ? error : new Error(String(error)) });
        return undefined;
      },
    );
  }

  return {
    execute,
    pending: computed(() => shown().pending),
    error: computed(() => shown().error),
    reply: computed(() => shown().reply),
  };
}
