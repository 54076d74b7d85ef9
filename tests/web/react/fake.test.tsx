/** A page in React, tested with `createFakeChat()` as its users would: the generated hooks, nothing of the runtime. */
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { type ReactElement, StrictMode, useState } from "react";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import {
  ChatProvider,
  useChatConnection,
  useEvent,
  useRequest,
  useRoom,
} from "../../../generated/chat/react/chat/react.js";
import type { Message } from "../../../generated/chat/typescript/chat/index.js";
import { createFakeChat } from "../../../generated/chat/typescript/chat/testing.js";

const GENERAL = { roomId: "general" };

function Room(): ReactElement {
  const room = useRoom(GENERAL);
  const { stalled } = useChatConnection();
  const { execute, pending, error } = useRequest(room, "send");
  const [messages, setMessages] = useState<readonly Message[]>([]);
  useEvent(room, "posted", (message) => {
    setMessages((before) => [...before, message]);
  });
  return (
    <main>
      {stalled && <p role="alert">Trying to reconnect</p>}
      {error !== null && <p role="alert">{error.message}</p>}
      <p role="status">{room.error === null ? room.status : room.error.message}</p>
      <ul>
        {messages.map(({ id, body }) => (
          <li key={id}>{body}</li>
        ))}
      </ul>
      <button disabled={pending} onClick={() => void execute({ name: "Ada", body: "hi" })}>
        Send
      </button>
    </main>
  );
}

let chat = createFakeChat();
const shown = (): (string | null)[] => screen.queryAllByRole("listitem").map(({ textContent }) => textContent);
const status = (): string | null => screen.getByRole("status").textContent;

/** The page, after all has happened that needs no time. */
async function open(): Promise<void> {
  render(
    <StrictMode>
      <ChatProvider client={chat.client}>
        <Room />
      </ChatProvider>
    </StrictMode>,
  );
  await act(() => chat.settled());
}

beforeEach(() => {
  chat = createFakeChat();
});
afterEach(() => {
  cleanup();
  chat.close();
});

describe("a room in React", () => {
  test("shows what is posted", async () => {
    await open();
    expect(status()).toBe("joined");
    const room = chat.channels.room(GENERAL);
    act(() => {
      room.push("posted", { ...room.example("posted"), body: "hello" });
    });
    expect(shown()).toEqual(["hello"]);
  });

  test("sends, and waits for the answer", async () => {
    await open();
    const room = chat.channels.room(GENERAL);
    const button = screen.getByRole<HTMLButtonElement>("button");
    room.answer("send", () => new Promise(() => undefined));
    fireEvent.click(button);
    expect(button.disabled).toBe(true);
    await act(() => chat.advance(10_000));
    expect(button.disabled).toBe(false);
    expect(screen.getByRole("alert").textContent).toContain("no answer within 10000 ms");
    expect(room.sent("send")).toEqual([{ name: "Ada", body: "hi" }]);
  });

  test("says why it may not send", async () => {
    await open();
    chat.channels.room(GENERAL).refuse("send", "muted", { until: "2027-01-01T00:00:00Z" });
    fireEvent.click(screen.getByRole("button"));
    await act(() => chat.settled());
    expect(screen.getByRole("alert").textContent).toContain("[muted]");
  });

  test("tells of a lost connection only when it lasts, and catches up", async () => {
    await open();
    const room = chat.channels.room(GENERAL);
    act(() => {
      chat.offline();
    });
    expect(screen.queryByRole("alert")).toBeNull();
    await act(() => chat.advance(5_000));
    expect(screen.getByRole("alert").textContent).toBe("Trying to reconnect");
    room.push("posted", { ...room.example("posted"), body: "missed" });
    await act(() => chat.online());
    expect(screen.queryByRole("alert")).toBeNull();
    expect(shown()).toEqual(["missed"]);
  });

  test("shows that it may not come in", async () => {
    chat.channels.room(GENERAL).refuseJoin("forbidden", { message: "members only" });
    await open();
    expect(status()).toContain("members only");
  });
});
