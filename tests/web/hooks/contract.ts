/** A small contract, declared as generated code declares one. */
import type { Channel } from "../../../templates/typescript/runtime/index.js";
import {
  type ChannelDefinition,
  checkAnything,
  Client,
  type ClientOptions,
  defineChannel,
  isObject,
  isText,
  type Place,
} from "../../../templates/typescript/runtime/codegen-v1.js";

export type RoomEvents = {
  readonly posted: { readonly body: string };
  readonly typing: { readonly body: string };
};
export type RoomRequests = {
  readonly send: { readonly payload: { readonly body: string }; readonly reply: { readonly body: string } };
};
export interface Room extends Channel<RoomEvents, RoomRequests> {
  typing(payload: RoomEvents["typing"]): void;
}
export interface RoomParams {
  readonly roomId: string;
}

function checkBody(value: unknown, at?: Place): boolean {
  if (!isObject(value)) return at?.needs("type", "object") ?? false;
  if ((!isText(value["body"]) || value["body"] === "") && !at?.needs("minLength", 1, "body")) return false;
  return true;
}

const room: ChannelDefinition<Room, RoomParams> = defineChannel<Room, RoomParams>({
  name: "room",
  address: "rooms/{roomId}",
  parameters: checkAnything,
  requests: { send: { check: checkBody, reply: checkBody, errors: { muted: checkAnything }, timeoutMs: 10_000 } },
  notices: {},
  relays: { typing: { check: checkBody } },
  events: { posted: { check: checkBody } },
});

export class ChatClient extends Client {
  constructor(options: ClientOptions) {
    super({ name: "chat", version: "1.0.0", hash: "0123456789abcdef" }, options);
  }

  room(params: RoomParams): Room {
    return this.channel(room, params);
  }
}
