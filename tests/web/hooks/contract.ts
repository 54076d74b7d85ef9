/** A small contract, declared as generated code declares one. */
import type { Channel, Present, Recording, RequestError } from "../../../templates/typescript/runtime/index.js";
import {
  type ChannelDefinition,
  checkAnything,
  Client,
  type ClientOptions,
  defineChannel,
  isObject,
  isText,
  type Nothing,
  type Place,
  presenceOf,
} from "../../../templates/typescript/runtime/codegen-v1.js";

export type RoomEvents = {
  readonly posted: { readonly body: string };
  readonly typing: { readonly body: string };
  /** Its newest value is kept. */
  readonly mood: { readonly body: string };
};
export type RoomRequests = {
  readonly send: {
    readonly payload: { readonly body: string };
    readonly reply: { readonly body: string };
    readonly error: RequestError<"muted", string> | RequestError<"full">;
  };
};
export interface Person {
  readonly name: string;
}
export interface Room extends Channel<RoomEvents, RoomRequests>, Recording<"posted">, Present<Person> {
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

function checkPerson(value: unknown, at?: Place): boolean {
  if (!isObject(value)) return at?.needs("type", "object") ?? false;
  return isText(value["name"]) || (at?.needs("type", "string", "name") ?? false);
}

/** Where nobody sees who is there, nothing is asked for and nothing is kept. */
export type Entrance = Channel<{ readonly opened: { readonly body: string } }, Nothing>;

const entrance: ChannelDefinition<Entrance> = defineChannel<Entrance, object>({
  name: "entrance",
  address: "entrance",
  parameters: checkAnything,
  requests: {},
  notices: {},
  relays: {},
  events: { opened: { check: checkBody } },
});

const room: ChannelDefinition<Room, RoomParams> = defineChannel<Room, RoomParams>({
  name: "room",
  address: "rooms/{roomId}",
  parameters: checkAnything,
  requests: {
    send: {
      check: checkBody,
      reply: checkBody,
      errors: { muted: checkAnything, full: checkAnything },
      timeoutMs: 10_000,
    },
  },
  notices: {},
  relays: { typing: { check: checkBody } },
  events: { posted: { check: checkBody }, mood: { check: checkBody, latest: true } },
  presence: presenceOf(checkPerson),
});

export class ChatClient extends Client {
  constructor(options: ClientOptions) {
    super({ name: "chat", version: "1.0.0", hash: "0123456789abcdef" }, options);
  }

  entrance(): Entrance {
    return this.channel(entrance, {});
  }

  room(params: RoomParams): Room {
    return this.channel(room, params);
  }
}
