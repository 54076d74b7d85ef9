import { createApp } from "vue";

import type { ChatClient } from "../../../../generated/chat/typescript/chat/index.js";
import { createChat } from "../../../../generated/chat/vue/chat/vue.js";
import Panel from "./Panel.vue";

export function mountVue(element: HTMLElement, client: ChatClient): void {
  createApp(Panel, { name: "Vue", roomId: "general" }).use(createChat(client)).mount(element);
}
