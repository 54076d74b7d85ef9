import type { ReactElement } from "react";

import { ChatProvider } from "./chat/react";
import { type FakeChat, createFakeChat } from "./chat/testing";
import { RoomPage } from "./RoomPage";

export default { title: "RoomPage", component: RoomPage };

function story(make: () => FakeChat): { render: () => ReactElement } {
  const chat = make();
  return {
    render: () => (
      <ChatProvider client={chat.client}>
        <RoomPage roomId="general" />
      </ChatProvider>
    ),
  };
}

export const Lively = story(() => createFakeChat({ mock: { every: 1_000, seed: 7 }, latencyMs: 300 }));

export const Quiet = story(() => createFakeChat({ mock: { every: 0 } }));

export const Muted = story(() => {
  const chat = createFakeChat({ mock: true });
  chat.channels.room({ roomId: "general" }).refuse("send", "muted", { until: "2027-01-01T00:00:00Z" });
  return chat;
});

export const Offline = story(() => {
  const chat = createFakeChat({ mock: true });
  chat.offline();
  return chat;
});
