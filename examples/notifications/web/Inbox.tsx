import { type ReactElement, useEffect, useState } from "react";

import { useNotificationsConnection, useRequest } from "./hooks.js";
import { type Loaded, loadUsers, type Session, type User } from "./rest.js";
import { SendForm } from "./SendForm.js";
import { useInboxList } from "./useInboxList.js";

export function Inbox({ session }: { readonly session: Session }): ReactElement {
  const connection = useNotificationsConnection();
  const { inbox, list, unread } = useInboxList(session);
  const markRead = useRequest(inbox, "markRead");
  const markAllRead = useRequest(inbox, "markAllRead");
  const users = useUsers(session, list.length);
  const newest = list[0];
  const error = markRead.error ?? markAllRead.error;

  return (
    <>
      <header>
        <h1>{session.name}</h1>
        <span className="badge" data-count={unread} role="status" aria-label="Unread">
          {unread}
        </span>
        <span className="status">
          {connection.status}, {inbox.status}
        </span>
      </header>
      <SendForm session={session} users={users} />
      {error !== null && (
        <p className="refused" role="alert">
          {error.message}
        </p>
      )}
      <section className="card" aria-label="Notifications">
        {newest !== undefined && unread > 0 && (
          <button className="plain" onClick={() => void markAllRead.execute({ upTo: newest.id })}>
            Mark all as read
          </button>
        )}
        <ol>
          {list.map((each) => (
            <li key={each.id} className={each.isRead ? "read" : "unread"}>
              <p>
                {words(each, users)}
                <small>{new Date(each.createdAt).toLocaleString("en-GB")}</small>
              </p>
              {!each.isRead && (
                <button className="plain" onClick={() => void markRead.execute({ id: each.id })}>
                  Mark as read
                </button>
              )}
            </li>
          ))}
        </ol>
        {newest === undefined && <p>Nothing yet.</p>}
      </section>
    </>
  );
}

function words({ subject }: Loaded, users: readonly User[]): string {
  const by = "by" in subject ? (users.find((each) => each.id === subject.by)?.name ?? "Somebody") : "";
  switch (subject.kind) {
    case "mention":
      return `${by} mentioned you: ${subject.excerpt}`;
    case "assignment":
      return `${by} gave you a task: ${subject.task}`;
    case "announcement":
      return subject.text;
  }
}

/** Everybody, loaded again when there is news: it may be of somebody new. */
function useUsers(session: Session, news: number): readonly User[] {
  const [users, setUsers] = useState<readonly User[]>([]);
  useEffect(() => {
    void loadUsers(session).then(setUsers);
  }, [session, news]);
  return users;
}
