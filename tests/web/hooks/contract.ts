/** A small contract, declared as generated code declares one. */
import type { Channel } from "../../../templates/typescript/runtime/index.js";
import {
  type ChannelDefinition,
  Client,
  type ClientOptions,
  defineChannel,
  isObject,
  isText,
  type Issues,
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

function checkBody(value: unknown, at: string, issues: Issues): void {
  if (!isObject(value)) issues.add(at, "type", "must be an object");
  else if (!isText(value["body"]) || value["body"] === "") issues.add(`${at}/body`, "minLength", "must not be empty");
}

function anything(): void {}

const room: ChannelDefinition<Room, RoomParams> = defineChannel<Room, RoomParams>({
  name: "room",
  address: "rooms/{roomId}",
  parameters: anything,
  requests: { send: { check: checkBody, reply: checkBody, errors: { muted: anything }, timeoutMs: 10_000 } },
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
