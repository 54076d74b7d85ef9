import { describe, expect, test, vi } from "vitest";
import { type App, createApp, createSSRApp, defineComponent, effectScope, h, nextTick, ref, type Ref } from "vue";
import { renderToString } from "vue/server-renderer";

import {
  type ClientKey,
  clientPlugin,
  useChannel,
  useClient,
  useConnection,
  useEvent,
  useEventList,
  useRequest,
  useResync,
} from "../../../templates/vue/runtime/vue/index.js";
import type { ChatClient, Room } from "../hooks/contract.js";
import { Server } from "../hooks/server.js";

const lingered = 1000;

/** Waits for what the server in memory answers in microtasks, and for what Vue does then. */
async function settle(): Promise<void> {
  await new Promise<void>((done) => setImmediate(done));
  await nextTick();
}

/** Mounts a component with this setup; its text is what `setup` gives a function for. */
function mount<T>(setup: () => T, text: (given: T) => string = () => ""): { given: T; app: App; element: HTMLElement } {
  const element = document.createElement("div");
  const holder: { given?: T } = {};
  const app = createApp({
    setup() {
      const given = (holder.given = setup());
      return () => h("p", text(given));
    },
  });
  app.mount(element);
  return { given: holder.given as T, app, element };
}

/** A component's worth of composables over one room. */
function inRoom<T>(composable: (room: ReturnType<typeof useChannel<Room>>) => T, server = new Server()) {
  const client = server.client();
  const roomId: Ref<string> = ref("general");
  return {
    server,
    client,
    roomId,
    ...mount(() => composable(useChannel(() => client.room({ roomId: roomId.value })))),
  };
}

describe("useChannel", () => {
  test("joins with the mount and leaves after the unmount", async () => {
    const server = new Server();
    const client = server.client();
    const { app, element } = mount(
      () => useChannel(() => client.room({ roomId: "general" })),
      ({ status }) => status.value,
    );
    expect(element.textContent).toBe("detached");
    await settle();
    expect(element.textContent).toBe("joined");
    expect(server.frames.map(([tag]) => tag)).toEqual(["$join"]);
    app.unmount();
    server.clock.turn(lingered);
    expect(server.count("$leave", "rooms/general")).toBe(1);
  });

  test("connects nowhere when it is rendered on a server", async () => {
    const server = new Server();
    const client = server.client();
    const Who = defineComponent(() => {
      const room = useChannel(() => client.room({ roomId: "general" }));
      useEvent(room, "posted", () => undefined);
      return () => h("p", room.status.value);
    });
    expect(await renderToString(createSSRApp(Who))).toBe("<p>detached</p>");
    await settle();
    expect(server.connections).toBe(0);
  });

  test("moves when what the getter reads has changed, and not when it gives the same address", async () => {
    const { server, client, roomId, given } = inRoom((room) => room);
    await settle();
    roomId.value = "random";
    await settle();
    server.clock.turn(lingered);
    await settle();
    expect(given.channel.value).toBe(client.room({ roomId: "random" }));
    expect(given.status.value).toBe("joined");
    expect(server.count("$join", "rooms/random")).toBe(1);
    expect(server.count("$leave", "rooms/general")).toBe(1);
  });

  test("lives as long as a scope that is no component", async () => {
    const server = new Server();
    const client = server.client();
    const scope = effectScope();
    const room = scope.run(() => useChannel(() => client.room({ roomId: "general" })));
    await settle();
    expect(room?.status.value).toBe("joined");
    scope.stop();
    server.clock.turn(lingered);
    expect(server.count("$leave", "rooms/general")).toBe(1);
  });

  test("warns where nothing would ever end it", () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const client = new Server().client();
    useChannel(() => client.room({ roomId: "general" }));
    expect(warned.mock.calls.flat().join(" ")).toContain("no active effect scope");
    warned.mockRestore();
  });
});

test("useConnection follows the connection and does not make one", async () => {
  const server = new Server();
  const client = server.client();
  const { given } = mount(() => useConnection(client));
  await settle();
  expect(given.value.status).toBe("idle");
  expect(server.connections).toBe(0);
  client.connect();
  await settle();
  expect(given.value.status).toBe("ready");
  server.drop();
  expect(given.value.status).toBe("reconnecting");
});

test("useEvent hears one room at a time, until the component goes", async () => {
  const heard: string[] = [];
  const { server, roomId, app } = inRoom((room) => {
    useEvent(room, "posted", ({ body }) => heard.push(body));
  });
  await settle();
  server.post("one");
  roomId.value = "random";
  await settle();
  server.post("unheard");
  server.post("two", "rooms/random");
  app.unmount();
  server.post("three", "rooms/random");
  expect(heard).toEqual(["one", "two"]);
});

test("useEventList keeps the newest, in order, and begins anew in another room", async () => {
  const { server, roomId, given } = inRoom((room) => ({
    two: useEventList(room, "posted", { keep: 2 }),
    all: useEventList(room, "posted"),
  }));
  await settle();
  for (let number = 1; number <= 120; number++) server.post(String(number));
  expect(given.two.items.value.map(({ payload }) => payload.body)).toEqual(["119", "120"]);
  expect(given.all.items.value).toHaveLength(100);
  const before = given.two.items.value;
  server.post("not for this list", "rooms/general", "typing");
  expect(given.two.items.value).toBe(before);
  roomId.value = "random";
  await settle();
  expect(given.two.items.value).toEqual([]);
  server.post("there", "rooms/random");
  expect(given.two.items.value.map(({ payload }) => payload)).toEqual([{ body: "there" }]);
});

describe("useRequest", () => {
  test("shows what is pending and then the reply", async () => {
    const { server, given } = inRoom((room) => useRequest(room, "send"));
    await settle();
    const promise = given.execute({ body: "hello" });
    expect(given.pending.value).toBe(true);
    server.answer("hello", { reply: { body: "said" } });
    await expect(promise).resolves.toEqual({ body: "said" });
    await settle();
    expect([given.pending.value, given.error.value, given.data.value]).toEqual([false, null, { body: "said" }]);
  });

  test("shows a refusal and throws nothing", async () => {
    const { server, given } = inRoom((room) => useRequest(room, "send"));
    await settle();
    await expect(given.execute({ body: "" })).resolves.toBeUndefined();
    await settle();
    expect(given.error.value?.name).toBe("InvalidPayloadError");
    expect(server.count("room.send", "rooms/general")).toBe(0);
    void given.execute({ body: "hello" });
    expect(given.error.value).toBeNull();
    server.answer("hello", { code: "muted" });
    await settle();
    expect(given.error.value).toMatchObject({ name: "RequestError", code: "muted" });
  });

  test("shows only the latest call, and none of another room", async () => {
    const { server, roomId, given } = inRoom((room) => useRequest(room, "send"));
    await settle();
    void given.execute({ body: "first" });
    void given.execute({ body: "second" });
    server.answer("first", { reply: { body: "to the first" } });
    await settle();
    expect([given.pending.value, given.data.value]).toEqual([true, undefined]);
    server.answer("second", { reply: { body: "to the second" } });
    await settle();
    expect([given.pending.value, given.data.value]).toEqual([false, { body: "to the second" }]);
    roomId.value = "random";
    expect(given.data.value).toBeUndefined();
  });
});

test("useResync says why continuity was lost", async () => {
  const reasons: string[] = [];
  const { server } = inRoom((room) => {
    useResync(room, (reason) => reasons.push(reason));
  });
  await settle();
  server.drop();
  server.clock.turn(60_000);
  await settle();
  expect(server.count("$join", "rooms/general")).toBe(2);
  expect(reasons).toHaveLength(1);
});

test("the plugin hands its client down, and a composable without one says what to do", () => {
  const key: ClientKey<ChatClient> = Symbol("createChat");
  const client = new Server().client();
  const app = createApp({}).use(clientPlugin(key, client));
  expect(app.runWithContext(() => useClient(key))).toBe(client);
  expect(() => createApp({}).runWithContext(() => useClient(key))).toThrow("app.use(createChat(client))");
});
