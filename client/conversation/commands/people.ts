/**
 * Commands about people: who is here, how they behave, and what one is called oneself.
 *
 * @module
 */
import type { Role } from "../../../lib/api/schemas.ts";
import { momentText } from "../../lines/quantities.ts";
import { type Line, line, styled } from "../../lines/safe_line.ts";
import { statusLines } from "../../lines/status_lines.ts";
import type { GivenArguments } from "../command_parser.ts";
import { moderates } from "../model.ts";
import { type Command, type CommandScope, user } from "./command.ts";

export const peopleCommands: readonly Command[] = [
  {
    name: "who",
    aliases: ["users"],
    takes: [],
    help: "Show who is here: in the current room, or in the common chat",
    run: showPeople,
  },
  {
    name: "complaint",
    aliases: ["report", "ban"],
    takes: [user, { name: "WHY", kind: "text", optional: true }],
    help: "Report a user; enough reports ban them from sending for a while",
    example: "/complaint mallory sends spam",
    see: "who",
    run: report,
  },
  {
    name: "nickname",
    aliases: ["nick"],
    holdsBack: "same",
    takes: [{ name: "NAME", kind: "word" }],
    help: "Change your name",
    example: "/nickname alicia",
    see: "status",
    async run(scope, { word: name = "" }) {
      const before = scope.model.user;
      const profile = await scope.call("changeProfile", { body: { name } });
      scope.happened({ type: "user.renamed", user: profile.name, before });
    },
  },
  {
    name: "status",
    aliases: [],
    takes: [],
    help: "Show who you are, what is left of your limit, your rooms, and how the server is doing",
    run: showStatus,
  },
];

async function showStatus(scope: CommandScope): Promise<void> {
  const status = await scope.call("status");
  scope.learn(status);
  const { rooms } = scope.model;
  const mentions = (room: string) => rooms.get(room)?.mentions.length ?? 0;
  scope.say(statusLines(status, scope, { mentions }));
}

/** Those in the current room, or everyone. */
async function showPeople(scope: CommandScope): Promise<void> {
  if (scope.place.kind === "room") {
    const { members, members_more, owner } = await scope.call("getRoom", {
      path: { room: scope.place.room },
    });
    scope.say(presenceLines(members, { more: members_more, owner }));
    return;
  }
  const { items, has_more } = await scope.call("listUsers");
  scope.say(presenceLines(items, { more: has_more }));
}

function presenceLines(
  people: readonly {
    readonly name: string;
    readonly online: boolean;
    readonly role?: Role | undefined;
  }[],
  { more, owner }: { readonly more: boolean; readonly owner?: string | undefined },
): Line[] {
  const named = (wanted: boolean) =>
    people.filter(({ online }) => online === wanted)
      .map(({ name, role = name === owner ? "owner" : undefined }) =>
        role === undefined ? name : `${name} (${role})`
      );
  const [here, away] = [named(true), named(false)];
  const rest = more ? " and more" : "";
  return [
    line`${styled("own", "●")} here (${here.length}): ${here.join(", ")}${rest}`,
    ...(away.length === 0
      ? []
      : [line`${styled("dim", "○")} away (${away.length}): ${away.join(", ")}${rest}`]),
  ];
}

async function report(
  scope: CommandScope,
  { user = "", text: reason }: GivenArguments,
): Promise<void> {
  const answer = await scope.call("report", {
    body: { user, ...(reason !== undefined && { reason }) },
  });
  const open = answer.reports === 1 ? "1 report is open" : `${answer.reports} reports are open`;
  scope.say([line`You have reported ${answer.user}; ${open}`]);
  // Who could have done more may have meant it.
  if (moderates(scope.model)) scope.say([line`/mod ban ${answer.user} bans them at once`]);
  if (answer.banned_until === undefined) return;
  const until = momentText(answer.banned_until, scope);
  scope.say([line`${answer.user} is banned from sending until ${until}`]);
}
