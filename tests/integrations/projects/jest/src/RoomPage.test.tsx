/** @jest-environment jsdom */
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "@jest/globals";

import { ChatProvider } from "./chat/react";
import { type FakeChat, createFakeChat } from "./chat/testing";
import { RoomPage } from "./RoomPage";

afterEach(cleanup);

async function open(chat: FakeChat): Promise<void> {
  render(
    <ChatProvider client={chat.client}>
      <RoomPage roomId="general" />
    </ChatProvider>,
  );
  await act(() => chat.settled());
}

test("shows messages, and why one could not be sent", async () => {
  const chat = createFakeChat();
  await open(chat);
  const room = chat.channels.room({ roomId: "general" });

  act(() => {
    room.push("posted", { ...room.example("posted"), body: "hello" });
  });
  expect(screen.getByRole("listitem").textContent).toBe("hello");

  room.refuse("send", "muted", { until: "2027-01-01T00:00:00Z" });
  fireEvent.click(screen.getByRole("button"));
  await act(() => chat.settled());
  expect(screen.getByRole("alert").textContent).toContain("muted");
});

test("tells of a lost connection when it lasts", async () => {
  const chat = createFakeChat();
  await open(chat);
  act(() => {
    chat.offline();
  });
  expect(screen.queryByRole("status")).toBeNull();
  await act(() => chat.advance(5_000));
  expect(screen.getByRole("status").textContent).toContain("reconnect");
  await act(() => chat.online());
  expect(screen.queryByRole("status")).toBeNull();
});
