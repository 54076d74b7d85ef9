/** The REST calls of the application, as they were before anything was real-time. */
import type { Notification, UserId } from "../../../generated/shared/typescript/notifications/index.js";

export interface Session {
  readonly userId: UserId;
  readonly name: string;
  readonly token: string;
}

export interface User {
  readonly id: UserId;
  readonly name: string;
}

/** As the database has it. */
export type Loaded = Notification & { readonly isRead: boolean };

export type Sent =
  | { readonly kind: "mentions"; readonly to: UserId; readonly excerpt: string }
  | { readonly kind: "tasks"; readonly to: UserId; readonly task: string }
  | { readonly kind: "announcements"; readonly text: string };

async function call<T>(path: string, token: string | null, body?: object): Promise<T> {
  const response = await fetch(`/api/${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path}: ${String(response.status)} ${response.statusText}`);
  return (await response.json()) as T;
}

export function signIn(name: string): Promise<Session> {
  return call("sign-in", null, { name });
}

export function loadUsers({ token }: Session): Promise<readonly User[]> {
  return call("users", token);
}

export function loadNewest({ token }: Session): Promise<readonly Loaded[]> {
  return call("notifications", token);
}

export async function send({ token }: Session, { kind, ...body }: Sent): Promise<void> {
  await call(kind, token, body);
}
