/** The object that users hold: the members of `Channel`, and one method for each thing they can send. */
import type { AnyChannel, Channel, RequestOptions } from "./channel.js";
import type { ChannelTables, EventDefinition } from "./definition.js";

/** What a handle stands before. */
export interface HandleTarget {
  readonly address: string;
  readonly state: Channel["state"];
  readonly tables: ChannelTables;
  retain(): () => void;
  joined(): Promise<void>;
  on: Channel["on"];
  onResync: Channel["onResync"];
  request: Channel["request"];
  notify(name: string, definition: EventDefinition, payload: unknown): void;
}

/** Makes the handle of a channel. Its functions need no `this`, so they can be taken apart. */
export function makeHandle(target: HandleTarget): AnyChannel {
  const { requests, notices, relays } = target.tables;
  const methods: Record<string, (payload?: unknown, options?: RequestOptions) => unknown> = {};
  for (const name of Object.keys(requests)) {
    methods[name] = (payload = null, options) => target.request(name, payload, options);
  }
  for (const [name, definition] of [...Object.entries(notices), ...Object.entries(relays)]) {
    methods[name] = (payload = null) => {
      target.notify(name, definition, payload);
    };
  }
  return Object.freeze({
    ...methods,
    address: target.address,
    state: target.state,
    retain: () => target.retain(),
    joined: () => target.joined(),
    on: (event, listener) => target.on(event, listener),
    onResync: (listener) => target.onResync(listener),
    request: (name, payload, options) => target.request(name, payload, options),
  } satisfies AnyChannel);
}
