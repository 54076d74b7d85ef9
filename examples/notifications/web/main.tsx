/** Signs in, and shows the inbox. `?name=` signs in without a question. */
import { type ReactElement, StrictMode, type SubmitEvent, useState } from "react";
import { createRoot } from "react-dom/client";

import {
  createNotificationsClient,
  type NotificationsClient,
} from "../../../generated/shared/typescript/notifications/index.js";
import { NotificationsProvider } from "./hooks.js";
import { Inbox } from "./Inbox.js";
import { type Session, signIn } from "./rest.js";

interface SignedIn {
  readonly client: NotificationsClient;
  readonly session: Session;
}

async function enter(name: string): Promise<SignedIn> {
  const session = await signIn(name);
  const client = createNotificationsClient({
    url: `${location.origin.replace(/^http/, "ws")}/realtime/`,
    // Asked before each connection, so that a token that has ended is no reason to stay away.
    token: async () => (await signIn(name)).token,
  });
  return { client, session };
}

function Page({ first }: { readonly first: SignedIn | null }): ReactElement {
  const [signedIn, setSignedIn] = useState(first);
  const [name, setName] = useState("");
  if (signedIn !== null) {
    return (
      <NotificationsProvider client={signedIn.client}>
        <Inbox session={signedIn.session} />
      </NotificationsProvider>
    );
  }
  function submit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    void enter(name).then(setSignedIn);
  }
  return (
    <form className="sign-in card" onSubmit={submit}>
      <input
        aria-label="Name"
        placeholder="Your name"
        value={name}
        onChange={(event) => {
          setName(event.target.value);
        }}
      />
      <button disabled={name === ""}>Sign in</button>
    </form>
  );
}

const name = new URLSearchParams(location.search).get("name");
const root = document.getElementById("page");
if (root === null) throw new Error("index.html has no #page");
createRoot(root).render(
  <StrictMode>
    <Page first={name === null ? null : await enter(name)} />
  </StrictMode>,
);
