/** A channel as generated code declares it: names, checks and times, no behaviour. */
import type { AnyChannel, EventsOf, RequestsOf } from "./channel.js";
import type { Check } from "./checks.js";
import type { ServerFrame } from "./frames.js";
import type { PresenceFeature } from "./presence-feature.js";
import type { QueueFeature } from "./queue-feature.js";

/** The contract that a client speaks; the server compares. */
export interface ContractIdentity {
  readonly name: string;
  readonly version: string;
  readonly hash: string;
  /** Reads a frame, where the contract has something that only some contracts have. */
  readonly read?: (text: string) => ServerFrame;
}

/** A request: what it takes, what it gives, and how it may fail. */
export interface RequestDefinition {
  readonly check: Check;
  readonly reply: Check;
  /** The domain errors it may answer, each with the check of its data. */
  readonly errors: Readonly<Record<string, Check>>;
  readonly timeoutMs: number;
  /** Whether the server runs it once, however often it is sent: it is sent again after a lost connection. */
  readonly idempotent?: boolean;
  readonly offline?: OfflinePolicy;
}

/** What becomes of a message while its channel is not joined; without a policy it is refused. */
export type OfflinePolicy = "queue" | "drop";

/** What became of a message. */
export type Fate = "sent" | "queued" | "dropped";

/** Anything without an answer. */
export interface EventDefinition {
  readonly check: Check;
  readonly offline?: OfflinePolicy;
  /** Whether its newest value is kept, and comes with every join. */
  readonly latest?: boolean;
}

/** What `defineChannel` is given. `Handle` ties its tables to the handle's type. */
export interface ChannelTables<Handle extends AnyChannel = AnyChannel> {
  readonly name: string;
  /** The template, such as `rooms/{roomId}`. */
  readonly address: string;
  /** Checks the parameters, as one object. */
  readonly parameters: Check;
  readonly requests: { readonly [Name in keyof RequestsOf<Handle>]: RequestDefinition };
  /** Sent without an answer, and handled by the server. */
  readonly notices: Readonly<Record<string, EventDefinition>>;
  /** Sent without an answer, and passed on to the other members; so they come in, too. */
  readonly relays: Readonly<Record<string, EventDefinition>>;
  /** No mapped type over the events: their deprecation would be taken over, and each declaration be told of it. */
  readonly events: Readonly<Partial<Record<keyof EventsOf<Handle>, EventDefinition>>>;
  /** How its members show themselves, where the contract lets them. */
  readonly presence?: PresenceFeature;
  /** The bounds of what waits, where the contract lets something wait (`offline: queue`). */
  readonly queue?: QueueFeature;
}

/** A declared channel: hand it to `client.channel(definition, parameters)`. */
export interface ChannelDefinition<
  Handle extends AnyChannel = AnyChannel,
  Params extends object = object,
> extends ChannelTables {
  /** Only for inference; there is no such property. */
  readonly "~types"?: { readonly handle: Handle; readonly params: Params };
}

/** Declares a channel. Does nothing but tie the types together. */
export function defineChannel<Handle extends AnyChannel, Params extends object>(
  tables: ChannelTables<Handle>,
): ChannelDefinition<Handle, Params> {
  return tables;
}

/** Fills parameters into a template. What RFC 3986 does not call unreserved is percent-encoded. */
export function fillAddress(template: string, params: Readonly<Record<string, unknown>>): string {
  return template.replace(/\{([^{}]*)\}/g, (_, name: string) => encodeParameter(String(params[name])));
}

function encodeParameter(text: string): string {
  // A lone surrogate can't be encoded; the parameters' check refuses it, so what stands here is never sent.
  const encodable = text.replace(/\p{Surrogate}/gu, "\ufffd");
  return encodeURIComponent(encodable).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
