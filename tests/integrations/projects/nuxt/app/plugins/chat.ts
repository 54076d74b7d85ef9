import { createChatClient } from "~/realtime/chat";
import { createChat } from "~/realtime/chat/vue";

/** On the server, too, with the client's address: if anything connected there, it could. */
export default defineNuxtPlugin(({ vueApp }) => {
  vueApp.use(createChat(createChatClient({ url: useRequestURL().searchParams.get("ws") ?? "" })));
});
