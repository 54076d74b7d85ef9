import { type ReactElement, type SubmitEvent, useState } from "react";

import { type Sent, send, type Session, type User } from "./rest.js";

/** Calls the REST API, as any other program would; what comes of it comes through the channel. */
export function SendForm({
  session,
  users,
}: {
  readonly session: Session;
  readonly users: readonly User[];
}): ReactElement {
  const [kind, setKind] = useState<Sent["kind"]>("mentions");
  const [to, setTo] = useState(session.userId);
  const [text, setText] = useState("");
  const [error, setError] = useState("");

  function submit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    send(session, sent(kind, to, text)).then(
      () => {
        setText("");
        setError("");
      },
      (problem: unknown) => {
        setError(String(problem));
      },
    );
  }

  return (
    <section className="card" aria-label="Send">
      <form onSubmit={submit}>
        <select
          aria-label="Kind"
          value={kind}
          onChange={(event) => {
            setKind(event.target.value as Sent["kind"]);
          }}
        >
          <option value="mentions">Mention</option>
          <option value="tasks">Task</option>
          <option value="announcements">Announcement</option>
        </select>
        <select
          aria-label="To"
          value={to}
          disabled={kind === "announcements"}
          onChange={(event) => {
            setTo(users.find((each) => each.id === event.target.value)?.id ?? to);
          }}
        >
          {users.map((each) => (
            <option key={each.id} value={each.id}>
              {each.name}
            </option>
          ))}
        </select>
        <input
          aria-label="Text"
          placeholder="Text"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
          }}
        />
        <button disabled={text === ""}>Send</button>
      </form>
      {error !== "" && <p className="refused">{error}</p>}
    </section>
  );
}

function sent(kind: Sent["kind"], to: User["id"], text: string): Sent {
  switch (kind) {
    case "mentions":
      return { kind, to, excerpt: text };
    case "tasks":
      return { kind, to, task: text };
    case "announcements":
      return { kind, text };
  }
}
