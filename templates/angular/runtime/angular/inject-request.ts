import { assertInInjectionContext, computed, inject, NgZone, type Signal, signal, untracked } from "@angular/core";

import {
  type AbortedError,
  type AnyChannel,
  DisconnectedError,
  errorOf,
  type ErrorOf,
  type RequestOptions,
  type RequestsOf,
} from "./core.js";
import type { WithChannel } from "./inject-channel.js";
import { fieldsOf } from "./inject-store.js";

/** A request of a channel, and how its latest call went, as signals. */
export interface RequestBinding<Payload, Reply, Failure> {
  /**
   * Sends it. Gives the reply, or `undefined` when it failed: `error` says why, and nothing is thrown. It rejects only
   * where there is no channel to ask. For a promise that always rejects, call the channel's own method.
   */
  readonly execute: (payload: Payload, options?: RequestOptions) => Promise<Reply | undefined>;
  /** Whether the latest call is still without an answer. */
  readonly pending: Signal<boolean>;
  /** Why the latest call failed: its `code` tells. `null` while it runs and when it went well. */
  readonly error: Signal<Failure | AbortedError | null>;
  /** The newest reply on this channel; `undefined` before the first. */
  readonly data: Signal<Reply | undefined>;
}

interface Call<C, Reply, Failure> {
  readonly on: C | null;
  readonly promise: Promise<Reply> | null;
  readonly pending: boolean;
  readonly error: Failure | AbortedError | null;
  readonly data: Reply | undefined;
}

const uncalled = { on: null, promise: null, pending: false, error: null, data: undefined };

/** Binds a request of a channel to a component, so that it can show what is pending and what went wrong. */
export function injectRequest<C extends AnyChannel, K extends keyof RequestsOf<C> & string>(
  room: WithChannel<C>,
  name: K,
): RequestBinding<RequestsOf<C>[K]["payload"], RequestsOf<C>[K]["reply"], ErrorOf<C, K>> {
  type Reply = RequestsOf<C>[K]["reply"];
  assertInInjectionContext(injectRequest);
  const zone = inject(NgZone);
  type Latest = Call<C, Reply, ErrorOf<C, K>>;
  const call = signal<Latest>(uncalled);
  const shown = computed<Latest>(() => (call().on === room.channel() ? call() : uncalled));

  function execute(payload: RequestsOf<C>[K]["payload"], options?: RequestOptions): Promise<Reply | undefined> {
    const channel = untracked(room.channel);
    if (channel === null) return Promise.reject(new DisconnectedError(name, false, "there is no channel to ask"));
    // The time it may take is a timer, too.
    const promise: Promise<Reply> = zone.runOutsideAngular(() => channel.request(name, payload, options));
    call.set({ ...uncalled, on: channel, promise, pending: true, data: untracked(shown).data });
    // A call that is no longer the latest has nothing to show; whoever waits for it still gets its reply.
    const settle = (outcome: Partial<Latest>): void => {
      call.update((latest) => (latest.promise === promise ? { ...latest, pending: false, ...outcome } : latest));
    };
    return promise.then(
      (data) => {
        settle({ data });
        return data;
      },
      (error: unknown) => {
        settle({ error: errorOf(channel, name, error) });
        return undefined;
      },
    );
  }

  const { pending, error, data } = fieldsOf<Latest>(shown, uncalled);
  return { execute, pending, error, data };
}
