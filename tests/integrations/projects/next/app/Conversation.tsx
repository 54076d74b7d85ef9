import { type FormEvent, useState } from "react";

import { useChatConnection, useEvent, useRequest, useRoom } from "./realtime/chat/react";

export function Conversation({ roomId }: { roomId: string }) {
  const connection = useChatConnection();
  const room = useRoom({ roomId });
  const send = useRequest(room, "send");
  const [heard, setHeard] = useState<string[]>([]);
  const [text, setText] = useState("");
  useEvent(room, "posted", (message) => setHeard((before) => [...before, message.body]));

  async function submit(event: FormEvent) {
    event.preventDefault();
    await send.execute({ name: "Page", body: text });
    setText("");
  }

  return (
    <main>
      <p role="status">
        {connection.status}, {room.status}
      </p>
      <ul>
        {heard.map((body) => (
          <li key={body}>{body}</li>
        ))}
      </ul>
      <form onSubmit={submit}>
        <input aria-label="Message" value={text} onChange={(event) => setText(event.target.value)} />
        <button>Send</button>
      </form>
    </main>
  );
}
