/** What a contract says of a channel, as far as its server must know it: the other half of a `ChannelDefinition`. */
import type { AnyChannel } from "../channel.js";
import type { Check } from "../checks.js";
import type { ChannelTables } from "../definition.js";

/** Values that are valid under the contract: its own examples, or made up where it has none. */
export interface ChannelExamples {
  /** Payloads of what can be heard, by the event's name. */
  readonly events: Readonly<Record<string, readonly unknown[]>>;
  /** Replies, by the request's name. */
  readonly replies: Readonly<Record<string, readonly unknown[]>>;
  /** What members show. */
  readonly members: readonly unknown[];
}

/** One channel, as its server sees it. */
export interface Facts {
  readonly definition: ChannelTables;
  /** The events that get an offset, and are kept. */
  readonly recorded: readonly string[];
  /** The events whose newest value is kept, with the property that tells values apart; empty for one value in all. */
  readonly latest: Readonly<Record<string, string>>;
  /** The errors that say that another try may succeed. */
  readonly retryable: readonly string[];
  /** Checks what members show; `null` where the channel has no presence. */
  readonly presence: Check | null;
  readonly examples: ChannelExamples;
  /** The flag that the channel stands behind. */
  readonly flag?: string;
  /** The flags that its events stand behind, by the event's name. */
  readonly flags?: Readonly<Record<string, string>>;
}

/** The same, tied to the types of the handle. */
export interface ChannelFacts<Handle extends AnyChannel = AnyChannel> extends Facts {
  /** Only for inference; there is no such property. */
  readonly "~handle"?: Handle;
}
