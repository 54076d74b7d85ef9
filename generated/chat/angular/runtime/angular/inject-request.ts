import { type Signal, signal } from "@angular/core";

import { channelNow, fieldsOf, outsideZone } from "./bindings.js";
import {
  type AbortedError,
  type AnyChannel,
  errorOf,
  type ErrorOf,
  type RequestOptions,
  type RequestsOf,
} from "./core.js";
import type { WithChannel } from "./inject-channel.js";

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

/** What is shown of a call. */
interface Shown<Reply, Failure> {
  readonly pending: boolean;
  readonly error: Failure | AbortedError | null;
  readonly data: Reply | undefined;
}

interface Call<C, Reply, Failure> extends Shown<Reply, Failure> {
  readonly on?: C;
  readonly promise?: Promise<Reply>;
}

const UNCALLED = { pending: false, error: null, data: undefined };

/** Binds a request of a channel to a component, so that it can show what is pending and what went wrong. */
export function injectRequest<C extends AnyChannel, K extends keyof RequestsOf<C> & string>(
  room: WithChannel<C>,
  name: K,
): RequestBinding<RequestsOf<C>[K]["payload"], RequestsOf<C>[K]["reply"], ErrorOf<C, K>> {
  type Reply = RequestsOf<C>[K]["reply"];
  const outside = outsideZone(injectRequest);
  type Latest = Call<C, Reply, ErrorOf<C, K>>;
  let latest: Latest = UNCALLED;
  const call = signal(latest);
  const show = (next: Latest): void => {
    latest = next;
    call.set(next);
  };

  async function execute(payload: RequestsOf<C>[K]["payload"], options?: RequestOptions): Promise<Reply | undefined> {
    const channel = channelNow(room, name);
    // The time it may take is a timer, too.
    const promise: Promise<Reply> = outside(() => channel.request(name, payload, options))();
    show({ ...(latest.on === channel ? latest : UNCALLED), on: channel, promise, pending: true, error: null });
    // A call that is no longer the latest has nothing to show; whoever waits for it still gets its reply.
    const settle = (outcome: Partial<Latest>): void => {
      if (latest.promise === promise) show({ ...latest, pending: false, ...outcome });
    };
    try {
      const reply = await promise;
      settle({ data: reply });
      return reply;
    } catch (error) {
      settle({ error: errorOf(channel, name, error) });
      return undefined;
    }
  }

  // What was asked of another channel is not shown.
  const shown = (): Shown<Reply, ErrorOf<C, K>> => (call().on === room.channel() ? call() : UNCALLED);
  return { execute, ...fieldsOf(shown, UNCALLED) };
}
