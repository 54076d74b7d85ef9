/** What the panels say, in one place so that they say the same. */
import {
  InvalidPayloadError,
  isRequestError,
  type Message,
  type RoomSendError,
} from "../../../generated/chat/typescript/chat/index.js";

/** A refusal in words for the person at the keyboard. */
export function refusal(error: Error): string {
  if (error instanceof InvalidPayloadError) {
    return error.issues.map((issue) => `${issue.pointer.slice(1)} ${issue.message} (${issue.code})`).join("; ");
  }
  if (isRequestError<RoomSendError>(error, "muted")) return `You may not post here until ${clock(error.data.until)}.`;
  return error.message;
}

/** A date and time as a clock shows it. */
export function clock(dateTime: Message["sentAt"]): string {
  return new Date(dateTime).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}
