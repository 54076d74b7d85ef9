import { type ReactElement, type SubmitEvent, useState } from "react";

import {
  useChatConnection,
  useEvent,
  useEventList,
  useRequest,
  useRoom,
} from "../../../../generated/chat/react/chat/react.js";
import { clock, refusal } from "../words.js";

export function Panel({ name, roomId }: { readonly name: string; readonly roomId: string }): ReactElement {
  const connection = useChatConnection();
  const room = useRoom({ roomId });
  const messages = useEventList(room, "posted");
  const send = useRequest(room, "send");
  const [draft, setDraft] = useState("");
  const [typist, setTypist] = useState<string | null>(null);
  useEvent(room, "typing", (notice) => {
    setTypist(notice.mood === "idle" ? null : notice.name);
  });

  function edit(text: string): void {
    setDraft(text);
    if (room.status === "joined" && (text === "") !== (draft === "")) {
      room.channel.typing({ name, mood: text === "" ? "idle" : "typing" });
    }
  }

  function submit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    void send.execute({ name, body: draft });
    edit("");
  }

  return (
    <article className="card">
      <header>
        <h2>{name}</h2>
        <span className="status" data-channel={room.status}>
          {connection.status}, {room.status}
        </span>
      </header>
      <div className="log">
        <ol>
          {messages.items.map(({ key, payload: message }) => (
            <li key={key} className={message.author.name === name ? "own" : "other"}>
              <small>
                {message.author.name} · {clock(message.sentAt)}
              </small>
              <span>{message.body}</span>
            </li>
          ))}
        </ol>
      </div>
      <p className="typing">{typist !== null && `${typist} is typing …`}</p>
      {send.error !== null && (
        <p className="refused" role="alert">
          {refusal(send.error)}
        </p>
      )}
      <form onSubmit={submit}>
        <input
          aria-label="Message"
          placeholder="Message"
          value={draft}
          onChange={(event) => {
            edit(event.target.value);
          }}
        />
        <button disabled={room.status !== "joined" || draft === "" || send.pending}>Send</button>
        <button type="button" className="plain" onClick={() => void send.execute({ name, body: "" })}>
          Send an invalid message
        </button>
      </form>
    </article>
  );
}
