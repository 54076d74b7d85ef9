/** Starts the three panels. Each has a client of its own, as if three people had the page open. */
import { createChatClient } from "../../../generated/chat/typescript/chat/index.js";
import { mountAngular } from "./angular/mount.js";
import { mountReact } from "./react/mount.js";
import { mountVue } from "./vue/mount.js";

/** `?ws=` says where the server is; without it, it is this page's host. */
const query = new URLSearchParams(location.search);
const url = query.get("ws") ?? `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}`;

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`index.html has no #${id}`);
  return found;
}

mountReact(element("react"), createChatClient({ url }));
mountVue(element("vue"), createChatClient({ url }));
await mountAngular(element("angular"), createChatClient({ url }));
