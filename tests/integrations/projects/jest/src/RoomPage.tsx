import { type ReactElement, useState } from "react";

import { useChatConnection, useEvent, useRequest, useRoom } from "./chat/react";

export function RoomPage({ roomId }: { readonly roomId: string }): ReactElement {
  const room = useRoom({ roomId });
  const { stalled } = useChatConnection();
  const { execute, pending, error } = useRequest(room, "send");
  const [bodies, setBodies] = useState<readonly string[]>([]);
  useEvent(room, "posted", ({ body }) => setBodies((before) => [...before, body]));
  return (
    <main>
      {stalled && <p role="status">Trying to reconnect …</p>}
      {error !== null && <p role="alert">{error.message}</p>}
      <ul>
        {bodies.map((body, index) => (
          <li key={index}>{body}</li>
        ))}
      </ul>
      <button disabled={pending} onClick={() => void execute({ name: "Ada", body: "hi" })}>
        Send
      </button>
    </main>
  );
}
