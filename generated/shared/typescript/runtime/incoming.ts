/** What comes in: hands each frame to where it belongs. */
import type { EventMeta } from "./channel.js";
import { findReadIssues } from "./checks.js";
import { againOf } from "./codes.js";
import type { Core } from "./core.js";
import { JoinRefusedError } from "./errors.js";
import { type EventFrame, type ServerFrame, amountOf, isEvent, textOf } from "./frames.js";
import { joined, left, refused, resync } from "./membership.js";
import { isArray, isObject } from "./values.js";

/** Hands a frame to where it belongs; `text` is what it was read from. */
export function takeFrame(core: Core, frame: ServerFrame, text: string): void {
  const { channels, sending, renewToken } = core;
  if (isEvent(frame)) {
    takeEvent(core, frame, text, false);
    return;
  }
  switch (frame[0]) {
    case "$welcome":
      core.welcome(frame[1]);
      break;
    case "$joined": {
      const [, ref, address, fields] = frame;
      channels.get(address)?.arrive(joined(ref, fields), fields["presence"]);
      for (const entry of isArray(fields["state"]) ? fields["state"] : []) {
        const [tag, payload] = isArray(entry) ? entry : [];
        // Newest values come before everything that follows.
        if (typeof tag === "string") takeEvent(core, [tag as EventFrame[0], 0, address, payload], text, true);
      }
      break;
    }
    case "$left": {
      const [, ref, address, fields] = frame;
      const again = againOf(fields["again"]);
      const code = again === "token" && !renewToken ? "unauthorized" : textOf(fields["code"]);
      channels.get(address)?.take(left(ref, again, new JoinRefusedError(address, code, "")));
      break;
    }
    case "$resync":
      channels.get(frame[1])?.take(resync(amountOf(frame[2]["after"], 0)));
      break;
    case "$presence":
      channels.get(frame[1])?.heardPresence(frame[2], frame[3]);
      break;
    case "$reply":
      sending.replied(frame[1], frame[2]);
      break;
    case "$error":
      takeError(core, frame);
      break;
    case "$ping":
      core.ping(frame[1]);
      break;
    case "$pong":
      core.pong(frame[1]);
      break;
    case "$drain":
      core.drain(frame[1]);
      break;
    case "$deprecated":
      break;
    case "$":
      core.unknown(frame[1]);
      break;
  }
}

function takeError(core: Core, [, ref, fields]: Extract<ServerFrame, readonly ["$error", ...unknown[]]>): void {
  const { code, data = null } = fields;
  const message = textOf(fields["message"]);
  const retryable = fields["retryable"] === true;
  const retryAfter = amountOf(fields["retryAfter"], null);
  const answer = { code, message, retryable, retryAfter, data };
  if (ref === 0) core.explained(answer);
  else if (!core.sending.failed(ref, answer)) {
    for (const channel of [...core.channels.values()]) {
      const error = new JoinRefusedError(channel.address, code, message);
      channel.take(refused(ref, error, retryable ? (retryAfter ?? 0) : null));
    }
  }
}

function takeEvent(
  { channels, validates, unknown, invalid }: Core,
  frame: EventFrame,
  text: string,
  newest: boolean,
): void {
  // By their places: taking an array apart costs more, and this happens for every event.
  const tag = frame[0];
  const offset = frame[1];
  const payload = frame[3];
  const details = frame[4];
  const channel = channels.get(frame[2]);
  // The position moves first, whatever becomes of the payload: it would be no better the next time.
  if (channel?.admits(offset) !== true) return;
  const incoming = channel.incoming(tag);
  const by = isObject(details) ? textOf(details["by"]) : "";
  const meta: EventMeta = newest ? { offset, newest } : by === "" ? { offset } : { offset, by };
  const issues = validates && incoming ? findReadIssues(incoming.check, payload, text) : [];
  channel.deliver(issues.length === 0 ? incoming : null, payload, meta);
  if (!incoming) unknown({ kind: "event", tag });
  if (issues.length > 0) invalid(tag, channel.address, issues);
}
