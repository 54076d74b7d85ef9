// The chat's messages as users of zod write them.
import * as z from "zod";

const name = z.string().min(1).max(64);
const body = z.string().min(1).max(2000);
const tags = z.array(z.string().min(1).max(32)).max(8);
const author = z.looseObject({ id: z.string().min(1).max(64), name });

export const Message = z.looseObject({
  id: z.uuid(),
  author,
  body,
  sentAt: z.iso.datetime({ offset: true }),
  tags: tags.optional(),
});
export const MutedData = z.looseObject({ until: z.iso.datetime({ offset: true }) });
export const LobbyRoomOpenedPayload = z.looseObject({ roomId: z.string().min(1).max(64) });
export const RoomSendPayload = z.looseObject({ name, body, tags: tags.optional() });
export const RoomSeenPayload = z.looseObject({ messageId: z.uuid() });
export const RoomReadersPayload = z.looseObject({ messageId: z.uuid(), count: z.int().min(0).max(100000) });
export const RoomTypingPayload = z.looseObject({ name, mood: z.enum(["typing", "thinking", "idle"]) });
