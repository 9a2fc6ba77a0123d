/**
 * Commands for messages that are sent later.
 *
 * @module
 */
import type { Scheduled } from "../../../lib/api/schemas.ts";
import { BadAnswer } from "../../connection/failures.ts";
import { codeWords } from "../../lines/failure_words.ts";
import { fileMark } from "../../lines/message_lines.ts";
import { momentText } from "../../lines/quantities.ts";
import { roomTitle } from "../../lines/room_titles.ts";
import { type Line, line, styled } from "../../lines/safe_line.ts";
import { readMoment } from "../moments.ts";
import { destinationOf } from "../model/place.ts";
import { type Command, type CommandScope, text } from "./command.ts";

export const laterCommands: readonly Command[] = [
  {
    name: "delay",
    aliases: [],
    holdsBack: "same",
    sendsHere: true,
    takes: [{ name: "MINUTES", kind: "delay" }, text],
    help: "Send to the current chat after so many minutes; 90s and 2h are fine, too",
    example: "/delay 10 tea is ready",
    see: "scheduled",
    run: (scope, { delay = 0, text = "" }) => schedule(scope, text, { in: delay / 1000 }),
  },
  {
    name: "at",
    aliases: [],
    holdsBack: "same",
    sendsHere: true,
    takes: [{ name: "TIME", kind: "time" }, text],
    help: "Send to the current chat at a time of today or tomorrow, or of any date",
    example: "/at 18:30 tea is ready",
    see: "scheduled",
    run(scope, { time = "", text = "" }) {
      const atMs = readMoment(time, scope.nowMs);
      return schedule(scope, text, { at: new Date(atMs).toISOString() });
    },
  },
  {
    name: "scheduled",
    aliases: [],
    takes: [],
    help: "Show what is to be sent later, with the numbers by which it is changed",
    run: showScheduled,
  },
  {
    name: "change",
    aliases: [],
    holdsBack: "same",
    takes: [{ name: "N", kind: "number" }, text],
    help: "Change the text of what is to be sent later",
    example: "/change 31 tea is ready now",
    see: "scheduled",
    run: (scope, { number = 0, text = "" }) => change(scope, number, { text }),
  },
  {
    name: "postpone",
    aliases: [],
    holdsBack: "same",
    takes: [{ name: "N", kind: "number" }, { name: "MINUTES", kind: "delay" }],
    help: "Send what is to be sent later so many minutes from now; 90s and 2h are fine, too",
    example: "/postpone 31 90s",
    see: "scheduled",
    run: (scope, { number = 0, delay = 0 }) => change(scope, number, { in: delay / 1000 }),
  },
  {
    name: "cancel",
    aliases: [],
    takes: [{ name: "N", kind: "number" }],
    help: "Do not send what was to be sent later",
    example: "/cancel 31",
    see: "scheduled",
    async run(scope, { number: id = 0 }) {
      await scope.call("cancelScheduled", { path: { id } });
      scope.happened({ type: "scheduled.cancelled", scheduled: id });
    },
  },
];

async function schedule(
  scope: CommandScope,
  text: string,
  when: { readonly at: string } | { readonly in: number },
): Promise<void> {
  const body = { text, ...destinationOf(scope.place), ...when };
  const answer = await scope.call("send", { body });
  if ("room_kind" in answer) throw new BadAnswer("the server has sent it at once");
  scope.happened({ type: "scheduled.created", scheduled: answer.id, at: answer.at });
}

async function change(
  scope: CommandScope,
  id: number,
  body: { readonly text: string } | { readonly in: number },
): Promise<void> {
  const { at } = await scope.call("changeScheduled", { path: { id }, body });
  scope.happened({ type: "scheduled.updated", scheduled: id, at });
}

async function showScheduled(scope: CommandScope): Promise<void> {
  const { items } = await scope.call("listScheduled");
  scope.say(
    items.length === 0
      ? [line`Nothing is scheduled`]
      : items.map((scheduled) => scheduledLine(scope, scheduled)),
  );
}

function scheduledLine(
  scope: CommandScope,
  { id, room, to, at, text, files, failed }: Scheduled,
): Line {
  const where = to === undefined
    ? line`${roomTitle(scope.model, room ?? "common")}`
    : styled("private", `>> ${to}`);
  const when = failed === undefined
    ? line`${momentText(at, scope)}`
    : styled("failure", `not sent (${codeWords(failed)})`);
  const says = [...(text === "" ? [] : [text]), ...files.map(fileMark)].join(" ");
  return line`${String(id).padStart(4)}  ${when} to ${where}: ${says}`;
}
