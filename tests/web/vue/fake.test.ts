/** A page in Vue, tested with `createFakeChat()` as its users would: the generated composables, nothing of the runtime. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type App, createApp, defineComponent, h, nextTick, ref } from "vue";

import { createChat, useChatConnection, useEvent, useRequest, useRoom } from "../../../generated/chat/vue/chat/vue.js";
import { createFakeChat } from "../../../generated/chat/typescript/chat/testing.js";

const GENERAL = { roomId: "general" };

const Room = defineComponent(() => {
  const room = useRoom(GENERAL);
  const connection = useChatConnection();
  const { execute, pending, error } = useRequest(room, "send");
  const bodies = ref<string[]>([]);
  useEvent(room, "posted", ({ body }) => bodies.value.push(body));
  return () => [
    connection.value.stalled ? h("p", "Trying to reconnect") : null,
    error.value === null ? null : h("p", error.value.message),
    h("output", room.status.value),
    ...bodies.value.map((body) => h("li", body)),
    h("button", { disabled: pending.value, onClick: () => execute({ name: "Ada", body: "hi" }) }),
  ];
});

let chat = createFakeChat();
let app: App;
let page: HTMLElement;

function texts(tag: string): string[] {
  return [...page.querySelectorAll(tag)].map(({ textContent }) => textContent);
}

beforeEach(async () => {
  chat = createFakeChat();
  page = document.createElement("main");
  app = createApp(Room).use(createChat(chat.client));
  app.mount(page);
  await chat.settled();
  await nextTick();
});
afterEach(() => {
  app.unmount();
  chat.close();
});

describe("a room in Vue", () => {
  test("shows what is posted", async () => {
    expect(texts("output")).toEqual(["joined"]);
    const room = chat.channels.room(GENERAL);
    room.push("posted", { ...room.example("posted"), body: "hello" });
    await nextTick();
    expect(texts("li")).toEqual(["hello"]);
  });

  test("sends, waits for the answer, and says what became of it", async () => {
    const room = chat.channels.room(GENERAL);
    const button = page.querySelector("button");
    room.answer("send", ({ body }, { refuse }) =>
      body === "hi" ? refuse("muted", { until: "2027-01-01T00:00:00Z" }) : room.exampleReply("send"),
    );
    button?.click();
    await nextTick();
    expect(button?.disabled).toBe(true);
    await chat.settled();
    await nextTick();
    expect(button?.disabled).toBe(false);
    expect(texts("p")).toEqual([expect.stringContaining("[muted]")]);
    expect(room.sent("send")).toEqual([{ name: "Ada", body: "hi" }]);
  });

  test("tells of a lost connection only when it lasts, and catches up", async () => {
    const room = chat.channels.room(GENERAL);
    chat.offline();
    await nextTick();
    expect(texts("p")).toEqual([]);
    await chat.advance(5_000);
    await nextTick();
    expect(texts("p")).toEqual(["Trying to reconnect"]);
    room.push("posted", { ...room.example("posted"), body: "missed" });
    await chat.online();
    await nextTick();
    expect(texts("p")).toEqual([]);
    expect(texts("li")).toEqual(["missed"]);
  });

  test("leaves with the page", async () => {
    const room = chat.channels.room(GENERAL);
    app.unmount();
    expect(room.joined).toBe(1);
    await chat.advance(200);
    expect(room.joined).toBe(0);
  });
});
