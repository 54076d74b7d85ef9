/** The contract of `tests/conversations`, declared as generated code declares one. */
import type { Channel, Present, Recording, RequestOptions } from "../../../templates/typescript/runtime/index.js";
import {
  type ChannelDefinition,
  type Check,
  checkAnything,
  defineChannel,
  type FlagValues,
  isObject,
  isText,
  presenceOf,
} from "../../../templates/typescript/runtime/codegen-v1.js";

export interface Words {
  readonly text: string;
}
type TalkEvents = { readonly said: Words; readonly hint: Words; readonly topic: Words; readonly wave: Words };
type TalkRequests = {
  readonly say: { readonly payload: Words; readonly reply: Words };
  readonly count: { readonly payload: Words; readonly reply: Words };
};
export interface Talk extends Channel<TalkEvents, TalkRequests>, Recording<"said">, Present<Words> {
  say(payload: Words, options?: RequestOptions): Promise<Words>;
  count(payload: Words, options?: RequestOptions): Promise<Words>;
  seen(payload: Words): void;
  wave(payload: Words): void;
}

const checkWords: Check = (value, at) => {
  if (!isObject(value)) return at?.needs("type", "object") ?? false;
  return isText(value["text"]) || (at?.needs("type", "string", "text") ?? false);
};

export interface TalkFlags {
  readonly compact: boolean;
  readonly layout: "wide" | "narrow";
}

export const talkFlags: FlagValues<TalkFlags> = { compact: [false, true], layout: ["wide", "narrow"] };

export const talk: ChannelDefinition<Talk, { readonly name: string }> = defineChannel({
  name: "room",
  address: "rooms/{name}",
  parameters: checkAnything,
  requests: {
    say: { check: checkWords, reply: checkWords, errors: {}, timeoutMs: 10_000, idempotent: true },
    count: { check: checkWords, reply: checkWords, errors: {}, timeoutMs: 10_000 },
  },
  notices: { seen: { check: checkWords } },
  relays: { wave: { check: checkWords } },
  events: { said: { check: checkWords }, hint: { check: checkWords }, topic: { check: checkWords } },
  presence: presenceOf(checkWords),
});
