/** The client, as applications see it. */
import type { AnyChannel } from "./channel.js";
import type { ConnectionSnapshot } from "./connection.js";
import { type Core, makeCore } from "./core.js";
import type { ChannelDefinition, ContractIdentity } from "./definition.js";
import type { ClientOptions } from "./options.js";
import type { Store } from "./store.js";
import { close } from "./transitions.js";

export class Client {
  /** How the connection stands. Looking does not connect. */
  readonly connection: Store<ConnectionSnapshot>;
  readonly #core: Core;

  constructor(contract: ContractIdentity, options: ClientOptions) {
    this.#core = makeCore(contract, options);
    this.connection = this.#core.link.shown;
  }

  /** How others see this client, as the `by` of what it sends; empty before the first welcome. */
  get session(): string {
    return this.#core.name();
  }

  /** How many frames were ignored because this client does not know them. */
  get ignoredFrames(): number {
    return this.#core.ignored;
  }

  /** Connects, and from then on stays connected as well as it can. The first join does the same. */
  connect(): void {
    this.#core.connect();
  }

  /** Ends the connection for good: what waits is rejected. Only `connect()` would start over. */
  close(): void {
    this.#core.link.take(close);
  }

  /** The handle on a channel: the same object for the same address, joined while somebody retains it. */
  channel<Handle extends AnyChannel, Params extends object>(
    definition: ChannelDefinition<Handle, Params>,
    params: Params,
  ): Handle {
    // The handle's methods were made from the tables that `defineChannel` tied to this very type.
    return this.#core.channel(definition, params).handle as Handle;
  }
}
