/** What composables show of stores: lists, newest values, presence; and what they do without a channel. */
import { describe, expect, test, vi } from "vitest";
import { createSSRApp, createApp, defineComponent, effectScope, h, nextTick, ref, type Ref } from "vue";
import { renderToString } from "vue/server-renderer";

import {
  useChannel,
  useEvent,
  useEventList,
  useLatest,
  usePresence,
  useRequest,
  useResync,
} from "../../../templates/vue/runtime/vue/index.js";
import type { ChatClient, Person } from "../hooks/contract.js";
import { Server } from "../hooks/server.js";

const lingered = 1000;

async function settle(): Promise<void> {
  await new Promise<void>((done) => setImmediate(done));
  await nextTick();
}

/** All composables at once, over a room or none. */
function useAll(client: ChatClient, roomId: Ref<string | null>) {
  const room = useChannel(() => (roomId.value === null ? null : client.room({ roomId: roomId.value })));
  useEvent(room, "typing", () => undefined);
  useResync(room, () => undefined);
  return {
    room,
    list: useEventList(room, "posted", { keep: 5, history: 3 }),
    mood: useLatest(room, "mood"),
    presence: usePresence<Person>(room),
    send: useRequest(room, "send"),
  };
}

/** A page of them. */
function page(client: ChatClient, roomId: Ref<string | null> = ref("general")) {
  const given: { all?: ReturnType<typeof useAll> } = {};
  const component = defineComponent(() => {
    const { room, list, mood, presence } = (given.all = useAll(client, roomId));
    return () => {
      const bodies = list.items.value.map(({ payload }) => payload.body).join();
      const shown = list.loading.value ? "loading" : bodies;
      return h("p", `${room.status.value} ${shown} ${mood.value?.body ?? "-"} ${String(presence.count.value)}`);
    };
  });
  return { component, given };
}

function mount(client: ChatClient, roomId?: Ref<string | null>) {
  const { component, given } = page(client, roomId);
  const element = document.createElement("div");
  const app = createApp(component);
  app.mount(element);
  if (given.all === undefined) throw new Error("setup was not called");
  return { app, element, ...given.all };
}

/** A room with a past, a mood and somebody in it. */
function furnished(): Server {
  const server = new Server();
  server.history = [
    [1, "one"],
    [2, "two"],
  ];
  server.mood = "calm";
  server.people = [["ann", { name: "Ann" }]];
  return server;
}

describe("over a room", () => {
  test("they show its past, its newest value and who is there", async () => {
    const server = furnished();
    const { app, element } = mount(server.client());
    expect(element.textContent).toBe("detached loading - 0");
    await settle();
    expect(element.textContent).toBe("joined one,two calm 1");
    expect(server.frames.map(([tag]) => tag)).toEqual(["$join", "$history"]);
    server.post("three", "rooms/general", "posted", 3);
    server.post("brisk", "rooms/general", "mood");
    server.enter("bob", { name: "Bob" });
    await settle();
    expect(element.textContent).toBe("joined one,two,three brisk 2");
    app.unmount();
    server.clock.turn(lingered);
    expect(server.count("$leave", "rooms/general")).toBe(1);
  });

  test("they begin anew in another one", async () => {
    const server = furnished();
    const roomId = ref("general");
    const { list, mood } = mount(server.client(), roomId);
    await settle();
    roomId.value = "random";
    expect(list.items.value).toEqual([]);
    expect(mood.value).toBeUndefined();
    await settle();
    expect(list.items.value.map(({ key }) => key)).toEqual(["1", "2"]);
  });

  test("presence shows oneself", async () => {
    const server = furnished();
    const { presence } = mount(server.client());
    await settle();
    await presence.show({ name: "Me" });
    expect(server.frames.at(-1)?.slice(2)).toEqual(["rooms/general", { name: "Me" }]);
    expect([...presence.members.value]).toEqual([["ann", { name: "Ann" }]]);
  });

  test("a newest value is there for a component that comes later", async () => {
    const server = furnished();
    const client = server.client();
    mount(client);
    await settle();
    const later = mount(client);
    await nextTick();
    expect(later.element.textContent).toContain("calm");
    expect(server.count("$join", "rooms/general")).toBe(1);
  });
});

describe("on a server", () => {
  test("nothing connects and nobody listens, and the markup is taken over as it is", async () => {
    const server = furnished();
    const client = server.client();
    const { component } = page(client);
    const element = document.createElement("div");
    element.innerHTML = await renderToString(createSSRApp(component));
    await settle();
    expect(element.textContent).toBe("detached loading - 0");
    expect(server.connections).toBe(0);
    mount(client);
    await settle();
    const warned = vi.spyOn(console, "warn");
    const failed = vi.spyOn(console, "error");
    createSSRApp(component).mount(element);
    await settle();
    expect(element.textContent).toBe("joined one,two calm 1");
    expect(warned).not.toHaveBeenCalled();
    expect(failed).not.toHaveBeenCalled();
  });
});

describe("without a channel", () => {
  test("nothing is joined and nothing shown, until there is one", async () => {
    const server = furnished();
    const roomId: Ref<string | null> = ref(null);
    const { room, list, presence, send } = mount(server.client(), roomId);
    await settle();
    expect(server.connections).toBe(0);
    expect([room.channel.value, room.status.value, list.loading.value]).toEqual([null, "detached", false]);
    await expect(send.execute({ body: "hello" })).rejects.toMatchObject({ name: "DisconnectedError" });
    await expect(presence.show({ name: "Me" })).rejects.toMatchObject({ name: "DisconnectedError" });
    roomId.value = "general";
    await settle();
    expect(room.status.value).toBe("joined");
    expect(list.items.value).toHaveLength(2);
    roomId.value = null;
    await settle();
    expect(list.items.value).toEqual([]);
    server.clock.turn(lingered);
    expect(server.count("$leave", "rooms/general")).toBe(1);
  });

  test("`enabled` joins and leaves", async () => {
    const server = furnished();
    const client = server.client();
    const enabled = ref(false);
    const scope = effectScope();
    const room = scope.run(() => useChannel(() => client.room({ roomId: "general" }), { enabled }));
    await settle();
    expect(server.connections).toBe(0);
    enabled.value = true;
    await settle();
    expect(room?.status.value).toBe("joined");
    enabled.value = false;
    await settle();
    server.clock.turn(lingered);
    expect(room?.channel.value).toBeNull();
    expect(server.count("$leave", "rooms/general")).toBe(1);
    scope.stop();
  });
});

test("a component that goes before it was ever mounted starts nothing", async () => {
  const server = new Server();
  const client = server.client();
  const scope = effectScope();
  const app = createApp({
    setup() {
      scope.run(() => useChannel(() => client.room({ roomId: "general" })));
      scope.stop();
      return () => h("p");
    },
  });
  app.mount(document.createElement("div"));
  await settle();
  expect(server.connections).toBe(0);
});
