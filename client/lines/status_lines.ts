/**
 * The status of a user and the server, and the rules of the server, as lines on a screen.
 *
 * @module
 */
import type { StatusAnswer } from "../../lib/api/schemas.ts";
import { countText } from "../../lib/text/counts.ts";
import { roughSize } from "../../lib/text/sizes.ts";
import { momentText, type Reading, spanText, unreadText } from "./quantities.ts";
import { type Line, line, styled } from "./safe_line.ts";

/** What a client knows beside a status. */
export interface StatusOptions {
  /** How many unread messages of a room call the user by name, as far as it is known. */
  readonly mentions?: (room: string) => number;
}

/** Who I am, what I may send, what waits, the server, and the rooms with what is unread. */
export function statusLines(
  status: StatusAnswer,
  reading: Reading,
  { mentions = () => 0 }: StatusOptions = {},
): Line[] {
  const { server, user, scheduled, rooms } = status;
  return [
    line`You are ${user.name}, here since ${momentText(user.created, reading)}`,
    ...(user.role === undefined
      ? []
      : [line`You are ${user.role === "owner" ? "an owner" : "a moderator"} here; see /help mod`]),
    ...banLines(user, reading),
    limitLine(status, reading),
    ...(user.reports > 0 ? [line`${countText(user.reports, "report")} about you`] : []),
    ...(scheduled > 0 ? [line`${countText(scheduled, "message")} scheduled; see /scheduled`] : []),
    line`Server ${server.version}, up for ${
      uptime(server.uptime_s)
    }; ${server.online} of ${server.users} users online`,
    ...rooms.map(({ id, name, kind, unread }) => {
      const title = kind === "private"
        ? line`>> ${name}`
        : kind === "room"
        ? line`${name} (${id})`
        : line`${name}`;
      const calls = mentions(id);
      const calling = unread > 0 && calls > 0
        ? styled("mention", `, ${calls} of them ${calls === 1 ? "calls" : "call"} you`)
        : line``;
      const news = unread === 0 ? line`nothing unread` : line`${unreadText(unread)} unread`;
      return line`  ${title}: ${news}${calling}`;
    }),
  ];
}

/** The rules, with the numbers that are in force. */
export function rulesLines({ settings }: StatusAnswer): Line[] {
  const rules = [
    settings.limit > 0
      ? `${countText(settings.limit, "message")} to the common chat in ${
        spanText(settings.limit_period_s)
      }, comments included; private chats and rooms do not count`
      : "The common chat has no limit",
    `A message goes ${spanText(settings.message_ttl_s)} after it was sent for those who have ` +
    `read it; who has not still gets it for ${spanText(settings.unread_ttl_s)}`,
    settings.ban_after > 0
      ? `${countText(settings.ban_after, "report")} ban someone from sending for ${
        spanText(settings.ban_for_s)
      }; they can still read`
      : "Reports ban nobody",
    `Files have at most ${roughSize(settings.max_file)}, texts ${settings.text_max} characters, ` +
    `names ${settings.name_max}`,
    "A room can be entered by its owner's invitation, or by a link and the owner's approval",
    `Newcomers get the last ${countText(settings.recent, "message")} of the common chat; ` +
    `registration is ${settings.registration}`,
  ];
  return rules.map((rule) => line`  ${rule}`);
}

function banLines({ banned_until }: StatusAnswer["user"], reading: Reading): Line[] {
  if (banned_until === undefined) return [];
  const until = momentText(banned_until, reading);
  return [styled("failure", `You are banned from sending until ${until}`)];
}

function limitLine({ limit }: StatusAnswer, reading: Reading): Line {
  if (limit === undefined) return line`The common chat has no limit`;
  const resets = limit.resets_at === undefined
    ? ""
    : `; it begins anew at ${momentText(limit.resets_at, reading)}`;
  return line`${limit.remaining} of ${
    countText(limit.limit, "message")
  } to the common chat left${resets}`;
}

function uptime(seconds: number): string {
  const units = [["d", 86_400], ["h", 3600], ["m", 60]] as const;
  const [unit, size] = units.find(([, size]) => seconds >= size) ?? ["s", 1];
  return `${Math.floor(seconds / size)} ${unit}`;
}
