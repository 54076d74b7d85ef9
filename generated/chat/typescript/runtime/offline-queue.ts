/** The bounds of what waits for its channel to be joined, where the contract lets things wait (`offline: queue`). */
import type { QueueFeature } from "./queue-feature.js";

/** Takes a message if there is room for it. What was sent before was counted when it was made. */
export const offlineQueue: QueueFeature = (message, waiting, limits, now) => {
  const { count = 256, bytes = 262_144, ttlMs = 60_000 } = limits;
  const size = new TextEncoder().encode(message.text).length;
  const held = waiting.reduce((sum, each) => sum + each.bytes, size);
  if (waiting.length >= count || held > bytes) return false;
  message.bytes = size;
  message.expires = now + ttlMs;
  return true;
};
