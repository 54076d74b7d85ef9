import { useCallback, useEffect, useState } from "react";

import { type ChannelBindingOf, useEvent, useInbox, useResync } from "./hooks.js";
import { type Loaded, loadNewest, type Session } from "./rest.js";

export interface InboxList {
  readonly inbox: ChannelBindingOf<typeof useInbox>;
  /** The newest first. */
  readonly list: readonly Loaded[];
  readonly unread: number;
}

/**
 * A user's notifications: what the database has, and what has come since. Both may tell of the same one, in either
 * order, so they are merged by id. After a lost connection the channel brings what was missed; where it can't, the
 * list is loaded anew.
 */
export function useInboxList(session: Session): InboxList {
  const inbox = useInbox({ userId: session.userId });
  const [list, setList] = useState<readonly Loaded[]>([]);
  const [unread, setUnread] = useState(0);

  const load = useCallback(() => {
    void loadNewest(session).then((loaded) => {
      setList((known) => merged(loaded, known));
    });
  }, [session]);
  // What happens from the join on is heard, so what is loaded after it leaves no gap.
  const joined = inbox.status === "joined";
  useEffect(() => {
    if (joined) load();
  }, [joined, load]);
  useResync(inbox, load);

  useEvent(inbox, "notified", (notification) => {
    setList((known) => merged([{ ...notification, isRead: false }], known));
  });
  useEvent(inbox, "unread", ({ count }) => {
    setUnread(count);
    // Somebody reads on another device, whose marks this one has not heard of: it was away.
    if (count === 0) setList((known) => known.map((each) => ({ ...each, isRead: true })));
  });
  useEvent(inbox, "wasRead", ({ ids }) => {
    setList((known) => known.map((each) => (ids.includes(each.id) ? { ...each, isRead: true } : each)));
  });
  return { inbox, list, unread };
}

/** What is new stands for what is known; nothing that was read becomes unread. */
function merged(news: readonly Loaded[], known: readonly Loaded[]): readonly Loaded[] {
  const byId = new Map(known.map((each) => [each.id, each]));
  for (const each of news) {
    byId.set(each.id, { ...each, isRead: each.isRead || (byId.get(each.id)?.isRead ?? false) });
  }
  return [...byId.values()].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
}
