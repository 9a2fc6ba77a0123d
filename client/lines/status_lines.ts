/**
 * The status of a user and the server as lines on a screen.
 *
 * @module
 */
import type { StatusAnswer } from "../../lib/api/schemas.ts";
import { type Line, line } from "./safe_line.ts";

/** Who I am, the server, and the rooms with what is unread. */
export function statusLines({ server, user, rooms }: StatusAnswer): Line[] {
  return [
    line`You are ${user.name}, here since ${day(user.created)}`,
    line`Server ${server.version}, up for ${
      uptime(server.uptime_s)
    }; ${server.online} of ${server.users} users online`,
    ...rooms.map(({ name, kind, unread }) => {
      const title = kind === "private" ? line`>> ${name}` : line`${name}`;
      return line`  ${title}: ${unread === 0 ? "nothing unread" : `${unread} unread`}`;
    }),
  ];
}

function day(at: string): string {
  return at.slice(0, 10);
}

function uptime(seconds: number): string {
  const units = [["d", 86_400], ["h", 3600], ["m", 60]] as const;
  const [unit, size] = units.find(([, size]) => seconds >= size) ?? ["s", 1];
  return `${Math.floor(seconds / size)} ${unit}`;
}
