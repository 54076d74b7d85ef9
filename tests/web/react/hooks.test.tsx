import { act, cleanup, render, renderHook } from "@testing-library/react";
import { type ReactElement, StrictMode } from "react";
import { renderToString } from "react-dom/server";
import { afterEach, describe, expect, test, vi } from "vitest";

import {
  createClientContext,
  provideClient,
  useChannel,
  useClient,
  useConnection,
  useEvent,
  useEventList,
  useRequest,
  useResync,
} from "../../../templates/react/runtime/react/index.js";
import type { ChatClient, Room } from "../hooks/contract.js";
import { Server } from "../hooks/server.js";

const lingered = 1000;
afterEach(cleanup);

/** Waits for what the server in memory answers in microtasks, inside of `act`. */
async function settle(action: () => void = () => undefined): Promise<void> {
  await act(async () => {
    action();
    await new Promise<void>((done) => setImmediate(done));
  });
}

function Who({ client }: { readonly client: ChatClient }): ReactElement {
  const { status } = useChannel(client.room({ roomId: "general" }));
  return <p>{status}</p>;
}

describe("useChannel", () => {
  test("joins once in strict mode and leaves after the last component has gone", async () => {
    const server = new Server();
    const client = server.client();
    const view = render(
      <StrictMode>
        <Who client={client} />
        <Who client={client} />
      </StrictMode>,
    );
    await settle();
    expect(view.container.textContent).toBe("joinedjoined");
    expect(server.frames.map(([tag]) => tag)).toEqual(["$join"]);

    view.unmount();
    expect(server.count("$leave", "rooms/general")).toBe(0);
    server.clock.turn(lingered);
    expect(server.count("$leave", "rooms/general")).toBe(1);
  });

  test("connects neither when it is rendered on a server nor before it is mounted", () => {
    const server = new Server();
    expect(renderToString(<Who client={server.client()} />)).toBe("<p>detached</p>");
    expect(server.connections).toBe(0);
  });

  test("takes over a server's markup even if the client has joined meanwhile", async () => {
    const server = new Server();
    const client = server.client();
    const container = document.createElement("div");
    container.innerHTML = renderToString(<Who client={client} />);
    client.room({ roomId: "general" }).retain();
    await settle();
    const onRecoverableError = vi.fn();
    const view = render(<Who client={client} />, { container, hydrate: true, onRecoverableError });
    expect(view.container.textContent).toBe("joined");
    expect(onRecoverableError).not.toHaveBeenCalled();
  });

  test("moves when the parameters change", async () => {
    const server = new Server();
    const client = server.client();
    const { result, rerender } = renderHook((roomId: string) => useChannel(client.room({ roomId })), {
      initialProps: "general",
    });
    await settle();
    rerender("random");
    expect(result.current.status).toBe("joining");
    await settle(() => {
      server.clock.turn(lingered);
    });
    expect(result.current.status).toBe("joined");
    expect(result.current.channel).toBe(client.room({ roomId: "random" }));
    expect(server.count("$join", "rooms/random")).toBe(1);
    expect(server.count("$leave", "rooms/general")).toBe(1);
  });

  test("gives the same object while nothing changed, though the parameters are a new object each time", async () => {
    const client = new Server().client();
    const { result, rerender } = renderHook(() => useChannel(client.room({ roomId: "general" })));
    await settle();
    const before = result.current;
    rerender();
    expect(result.current).toBe(before);
  });
});

test("useConnection follows the connection and does not make one", async () => {
  const server = new Server();
  const client = server.client();
  const { result } = renderHook(() => useConnection(client));
  await settle();
  expect(result.current.status).toBe("idle");
  expect(server.connections).toBe(0);
  await settle(() => {
    client.connect();
  });
  expect(result.current.status).toBe("ready");
  await settle(() => {
    server.drop();
  });
  expect(result.current.status).toBe("reconnecting");
});

/** A component's worth of hooks over one room. */
function inRoom<T, P>(hook: (room: { readonly channel: Room }, props: P) => T, props: P, server = new Server()) {
  const client = server.client();
  const view = renderHook(
    ({ roomId, ...rest }: { readonly roomId: string; readonly props: P }) => {
      const room = useChannel(client.room({ roomId }));
      return hook(room, rest.props);
    },
    { initialProps: { roomId: "general", props } },
  );
  return { server, client, ...view };
}

test("useEvent calls the handler of the newest render, once for each event", async () => {
  const heard: string[] = [];
  const { server, rerender, unmount } = inRoom((room, prefix: string) => {
    useEvent(room, "posted", (message) => heard.push(prefix + message.body));
  }, "a:");
  await settle();
  await settle(() => {
    server.post("one");
  });
  rerender({ roomId: "general", props: "b:" });
  await settle(() => {
    server.post("two");
  });
  unmount();
  await settle(() => {
    server.post("three");
  });
  expect(heard).toEqual(["a:one", "b:two"]);
});

test("useEventList keeps the newest, in order, and the same array while nothing comes", async () => {
  const { server, result, rerender } = inRoom((room) => useEventList(room, "posted", { keep: 2 }), null);
  expect(result.current.items).toEqual([]);
  await settle();
  for (const body of ["one", "two", "three"])
    await settle(() => {
      server.post(body);
    });
  expect(result.current.items.map(({ payload }) => payload.body)).toEqual(["two", "three"]);
  const before = result.current.items;
  rerender({ roomId: "general", props: null });
  expect(result.current.items).toBe(before);
});

test("useEventList keeps a hundred where nothing else was said", async () => {
  const { server, result } = inRoom((room) => useEventList(room, "posted"), null);
  await settle();
  await settle(() => {
    for (let number = 1; number <= 120; number++) server.post(String(number));
  });
  expect(result.current.items).toHaveLength(100);
  expect(result.current.items[0]?.payload.body).toBe("21");
});

test("useEventList begins anew in another channel, in the very render that changes it", async () => {
  const { server, result, rerender } = inRoom((room) => useEventList(room, "posted"), null);
  await settle();
  await settle(() => {
    server.post("here");
  });
  rerender({ roomId: "random", props: null });
  expect(result.current.items).toEqual([]);
  await settle();
  await settle(() => {
    server.post("there", "rooms/random");
  });
  expect(result.current.items.map(({ payload }) => payload)).toEqual([{ body: "there" }]);
});

describe("useRequest", () => {
  test("shows what is pending and then the reply", async () => {
    const { server, result } = inRoom((room) => useRequest(room, "send"), null);
    await settle();
    expect(result.current).toMatchObject({ pending: false, error: null, data: undefined });
    let promise: Promise<unknown> | undefined;
    await settle(() => {
      promise = result.current.execute({ body: "hello" });
    });
    expect(result.current).toMatchObject({ pending: true, error: null, data: undefined });
    await settle(() => {
      server.answer("hello", { reply: { body: "said" } });
    });
    expect(result.current).toMatchObject({ pending: false, error: null, data: { body: "said" } });
    await expect(promise).resolves.toEqual({ body: "said" });
  });

  test("shows a refusal and throws nothing", async () => {
    const { server, result } = inRoom((room) => useRequest(room, "send"), null);
    await settle();
    let outcome: Promise<unknown> | undefined;
    await settle(() => {
      outcome = result.current.execute({ body: "" });
    });
    await expect(outcome).resolves.toBeUndefined();
    expect(result.current.error?.name).toBe("InvalidPayloadError");
    expect(server.count("room.send", "rooms/general")).toBe(0);
    await settle(() => void result.current.execute({ body: "hello" }));
    expect(result.current).toMatchObject({ pending: true, error: null });
    await settle(() => {
      server.answer("hello", { code: "muted" });
    });
    expect(result.current.error).toMatchObject({ name: "RequestError", code: "muted" });
  });

  test("shows only the latest call, and none of another channel", async () => {
    const { server, result, rerender } = inRoom((room) => useRequest(room, "send"), null);
    await settle();
    const { execute } = result.current;
    await settle(() => void execute({ body: "first" }));
    await settle(() => void execute({ body: "second" }));
    await settle(() => {
      server.answer("first", { reply: { body: "to the first" } });
    });
    expect(result.current).toMatchObject({ pending: true, data: undefined });
    await settle(() => {
      server.answer("second", { reply: { body: "to the second" } });
    });
    expect(result.current.data).toEqual({ body: "to the second" });
    expect(result.current.pending).toBe(false);
    expect(result.current.execute).toBe(execute);
    rerender({ roomId: "random", props: null });
    expect(result.current).toMatchObject({ pending: false, error: null, data: undefined });
  });
});

test("useResync says why continuity was lost", async () => {
  const reasons: string[] = [];
  const { server } = inRoom((room) => {
    useResync(room, (reason) => reasons.push(reason));
  }, null);
  await settle();
  await settle(() => {
    server.drop();
  });
  await settle(() => {
    server.clock.turn(60_000);
  });
  expect(server.count("$join", "rooms/general")).toBe(2);
  expect(reasons).toHaveLength(1);
});

test("a provider hands its client down, and a hook without one says what to do", () => {
  const context = createClientContext<ChatClient>("ChatProvider");
  const client = new Server().client();
  const { result } = renderHook(() => useClient(context), {
    wrapper: ({ children }) => provideClient(context, { client, children }),
  });
  expect(result.current).toBe(client);
  const silent = vi.spyOn(console, "error").mockImplementation(() => undefined);
  expect(() => renderHook(() => useClient(context))).toThrow("put this component inside <ChatProvider client={…}>");
  silent.mockRestore();
});
