/** What the panels say, in one place so that they say the same. */
import {
  type AbortedError,
  type ErrorOf,
  InvalidPayloadError,
  type Message,
  type Room,
} from "../../../generated/chat/typescript/chat/index.js";

/** A refusal in words for the person at the keyboard. */
export function refusal(error: ErrorOf<Room, "send"> | AbortedError): string {
  if (error instanceof InvalidPayloadError) {
    return error.issues.map((issue) => `${issue.pointer.slice(1)} ${issue.message} (${issue.code})`).join("; ");
  }
  if (error.code === "muted") return `You may not post here until ${clock(error.data.until)}.`;
  return error.message;
}

/** A date and time as a clock shows it. */
export function clock(dateTime: Message["sentAt"]): string {
  return new Date(dateTime).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}
