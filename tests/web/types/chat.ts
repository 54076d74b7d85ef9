/** What users of the generated chat client see as types, and what must not compile. Checked by `tsc` alone. */
import { expectTypeOf } from "vitest";

import {
  type AnyChannel,
  ChatClient,
  type ErrorOf,
  type EventMeta,
  type EventsOf,
  type Lobby,
  type Message,
  type MutedData,
  type ProtocolRefusal,
  type RequestsOf,
  RequestError,
  type Room,
  type RoomParams,
  type RoomReadersPayload,
  type RoomSendError,
  type RoomSendPayload,
  type TimeoutError,
  createChatClient,
  isErrorOf,
  lobby,
  room,
} from "../../../generated/chat/typescript/chat/index.js";

const client = createChatClient({ url: "ws://localhost" });
const general = client.room({ roomId: "general" });
const entrance = client.lobby();

export function whatIsInferred(): void {
  expectTypeOf(client).toEqualTypeOf<ChatClient>();
  expectTypeOf(general).toEqualTypeOf<Room>();
  expectTypeOf(client.channel(room, { roomId: "x" })).toEqualTypeOf<Room>();
  expectTypeOf(client.channel(lobby, {})).toEqualTypeOf<Lobby>();
  expectTypeOf(general.send({ name: "me", body: "hello" })).resolves.toEqualTypeOf<Message>();
  expectTypeOf(general.request("send", { name: "me", body: "hello" })).resolves.toEqualTypeOf<Message>();
  expectTypeOf<Room["seen"]>().returns.toBeVoid();
  expectTypeOf<Room>().not.toHaveProperty("posted");
  expectTypeOf<ChatClient>().not.toHaveProperty("kitchen");
  expectTypeOf<EventsOf<Room>["readers"]>().toEqualTypeOf<RoomReadersPayload>();
  expectTypeOf<keyof EventsOf<Room>>().toEqualTypeOf<"posted" | "readers" | "typing">();
  expectTypeOf<RequestsOf<Room>["send"]["payload"]>().toEqualTypeOf<RoomSendPayload>();
  expectTypeOf<keyof EventsOf<Lobby>>().toEqualTypeOf<"roomOpened">();
  expectTypeOf<keyof RequestsOf<Lobby> & string>().toBeNever();
  expectTypeOf<Room>().toExtend<AnyChannel>();
  expectTypeOf<Lobby>().toExtend<AnyChannel>();
  general.on("posted", (message, meta) => {
    expectTypeOf(message).toEqualTypeOf<Message>();
    expectTypeOf(meta).toEqualTypeOf<EventMeta>();
  });
}

export function whatErrorsAre(error: unknown): void {
  if (error instanceof RequestError) {
    expectTypeOf(error.code).toEqualTypeOf<string>();
    expectTypeOf(error.data).toEqualTypeOf<unknown>();
  }
  if (isErrorOf(general, "send", error)) {
    expectTypeOf(error).toEqualTypeOf<ErrorOf<Room, "send">>();
    if (error.code === "muted") expectTypeOf(error).toEqualTypeOf<RoomSendError>();
    if (error.code === "muted") expectTypeOf(error.data).toEqualTypeOf<MutedData>();
    if (error.code === "timeout") expectTypeOf(error).toEqualTypeOf<TimeoutError>();
    if (error.code === "disconnected") expectTypeOf(error.sent).toEqualTypeOf<boolean>();
    if (error.code === "rate_limited") expectTypeOf(error).toEqualTypeOf<ProtocolRefusal>();
    // @ts-expect-error no request answers this
    expectTypeOf(error.code === "unheard_of");
    // @ts-expect-error not each of them has data
    expectTypeOf(error.data);
  }
  // @ts-expect-error the contract has no such request
  isErrorOf(general, "posted", error);
}

export function whatMustNotCompile(): void {
  // @ts-expect-error there is no such event
  general.on("postd", () => undefined);
  // @ts-expect-error a request is not an event
  general.on("send", () => undefined);
  // @ts-expect-error another payload than the event has
  general.on("posted", (message: { readonly zip: number }) => message.zip);
  // @ts-expect-error there is no such request
  void general.request("posted", {});
  // @ts-expect-error a property is missing
  void general.send({ name: "me" });
  // @ts-expect-error a property is of another type
  void general.send({ name: "me", body: 5 });
  // @ts-expect-error a property is not in the contract
  void general.send({ name: "me", body: "hello", colour: "red" });
  // @ts-expect-error not one of the listed values
  general.typing({ name: "me", mood: "sleepy" });
  // @ts-expect-error a singleton has no requests
  void entrance.request("send", {});
  // @ts-expect-error a singleton takes no parameters
  client.lobby({ roomId: "x" });
  // @ts-expect-error a parameter is missing
  client.room({});
  // @ts-expect-error a parameter is missing, in the definition's terms
  client.channel(room, {});
  // @ts-expect-error what came in belongs to all listeners
  general.on("posted", (message) => (message.body = ""));
}

export const parameters: RoomParams = { roomId: "general" };
