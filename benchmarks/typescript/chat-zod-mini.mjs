// The chat's messages as users of zod/mini write them, who want it small.
import * as z from "zod/mini";

const text = (low, high) => z.string().check(z.minLength(low), z.maxLength(high));
const name = text(1, 64);
const body = text(1, 2000);
const tags = z.array(text(1, 32)).check(z.maxLength(8));
const author = z.looseObject({ id: text(1, 64), name });

export const Message = z.looseObject({
  id: z.uuid(),
  author,
  body,
  sentAt: z.iso.datetime({ offset: true }),
  tags: z.optional(tags),
});
export const MutedData = z.looseObject({ until: z.iso.datetime({ offset: true }) });
export const LobbyRoomOpenedPayload = z.looseObject({ roomId: text(1, 64) });
export const RoomSendPayload = z.looseObject({ name, body, tags: z.optional(tags) });
export const RoomSeenPayload = z.looseObject({ messageId: z.uuid() });
export const RoomReadersPayload = z.looseObject({
  messageId: z.uuid(),
  count: z.int().check(z.minimum(0), z.maximum(100000)),
});
export const RoomTypingPayload = z.looseObject({ name, mood: z.enum(["typing", "thinking", "idle"]) });
