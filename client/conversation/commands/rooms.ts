/**
 * Commands for rooms: made, entered, kept and left.
 *
 * @module
 */
import { countText } from "../../../lib/text/counts.ts";
import { BadAnswer } from "../../connection/failures.ts";
import { momentText } from "../../lines/quantities.ts";
import { roomCall, roomTitle } from "../../lines/room_titles.ts";
import { type Line, line, styled } from "../../lines/safe_line.ts";
import { type GivenArguments, Misunderstood } from "../command_parser.ts";
import { namedRooms } from "../model.ts";
import type { Place } from "../model/place.ts";
import { chooseRoom, roomMeant } from "../room_choice.ts";
import { type Command, type CommandScope, inRoom, user } from "./command.ts";
import { findAsker } from "./join_requests.ts";
import { visit } from "./visit.ts";

export const roomCommands: readonly Command[] = [
  {
    name: "rooms",
    aliases: [],
    takes: [],
    help: "Show your rooms, and those that you are invited into",
    run: showRooms,
  },
  {
    name: "create",
    aliases: [],
    holdsBack: "all",
    takes: [{ name: "NAME", kind: "text" }],
    help: "Make a room, which you own",
    example: "/create Tea house",
    see: "rooms",
    run: createRoom,
  },
  {
    name: "invite",
    aliases: [],
    takes: [user, inRoom],
    help: "Invite a user into the current room, or your ROOM",
    example: "/invite bob garden",
    see: "who",
    async run(scope, { user = "", room: typed }) {
      const room = meant(scope, typed);
      const answer = await scope.call("invite", { path: { room }, body: { user } });
      scope.say([line`${answer.user} is invited into ${roomTitle(scope.model, room)}`]);
    },
  },
  {
    name: "accept",
    aliases: [],
    holdsBack: "all",
    takes: [inRoom],
    help: "Enter the room that you are invited into, or ROOM of several",
    example: "/accept garden",
    see: "rooms",
    run: (scope, given) => answerInvitation(scope, given, { accept: true }),
  },
  {
    name: "decline",
    aliases: [],
    takes: [inRoom],
    help: "Decline the invitation that is open, or that into ROOM",
    example: "/decline garden",
    see: "rooms",
    run: (scope, given) => answerInvitation(scope, given, { accept: false }),
  },
  {
    name: "links",
    aliases: [],
    takes: [],
    help: "Show the links into the current room, which you own",
    run: showLinks,
  },
  {
    name: "link",
    aliases: [],
    takes: [
      { name: "DURATION", kind: "life", optional: true },
      { name: "USES", kind: "number", optional: true },
    ],
    help: "Make a link by which others can ask to enter the current room (for 7d and any number)",
    example: "/link 2d 5",
    see: "links",
    run: createLink,
  },
  {
    name: "unlink",
    aliases: [],
    takes: [{ name: "N", kind: "number" }],
    help: "Make a link into the current room useless; N is its number in /links",
    example: "/unlink 40",
    see: "links",
    async run(scope, { number: id = 0 }) {
      await scope.call("revokeLink", { path: { room: meant(scope), id } });
      scope.say([line`Link ${id} is of no use any more`]);
    },
  },
  {
    name: "join",
    aliases: [],
    takes: [{ name: "CODE", kind: "word" }],
    help: "Ask to enter the room that a link or its code leads to",
    example: "/join chat_k3x9",
    async run(scope, { word = "" }) {
      const { name } = await scope.call("join", { body: { code: codeOf(word) } });
      scope.say([line`You have asked to enter ${name}; its owner decides`]);
    },
  },
  {
    name: "requests",
    aliases: [],
    takes: [inRoom],
    help: "Show who asks to enter the current room, or your ROOM",
    example: "/requests garden",
    see: "rooms",
    run: showRequests,
  },
  {
    name: "approve",
    aliases: [],
    takes: [user, inRoom],
    help: "Let in someone who asks to enter your room",
    example: "/approve dave",
    see: "requests",
    run: (scope, given) => answerRequest(scope, given, { approve: true }),
  },
  {
    name: "deny",
    aliases: [],
    takes: [user, inRoom],
    help: "Do not let in someone who asks to enter your room",
    example: "/deny dave",
    see: "requests",
    run: (scope, given) => answerRequest(scope, given, { approve: false }),
  },
  {
    name: "remove",
    aliases: [],
    takes: [user, inRoom],
    help: "Put someone out of your room, or take an invitation back",
    example: "/remove dave",
    see: "who",
    async run(scope, { user = "", room: typed }) {
      const room = meant(scope, typed);
      await scope.call("removeMember", { path: { room, user } });
      scope.happened({ type: "member.left", room, user });
    },
  },
  {
    name: "rename",
    aliases: [],
    holdsBack: "all",
    takes: [{ name: "NAME", kind: "text" }],
    help: "Give the current room, which you own, another name",
    example: "/rename Tea house",
    see: "rooms",
    run: (scope, { text: name = "" }) => changeRoom(scope, meant(scope), { name }),
  },
  {
    name: "handover",
    aliases: [],
    takes: [user, inRoom],
    help: "Make another member the owner of your room",
    example: "/handover zoe",
    see: "who",
    run: (scope, { user: owner = "", room }) => changeRoom(scope, meant(scope, room), { owner }),
  },
  {
    name: "dissolve",
    aliases: [],
    holdsBack: "all",
    takes: [{ name: "ROOM", kind: "room" }],
    help: "Delete a room of yours, with all that was said in it",
    example: "/dissolve Tea house",
    see: "rooms",
    async run(scope, { room: typed }) {
      const room = meant(scope, typed);
      await scope.call("deleteRoom", { path: { room } });
      scope.happened({ type: "room.deleted", room });
    },
  },
  {
    name: "leave",
    aliases: [],
    holdsBack: "all",
    takes: [inRoom],
    help: "Leave the current room; if you own it, another member will, or it is gone",
    example: "/leave garden",
    see: "rooms",
    async run(scope, { room: typed }) {
      const room = meant(scope, typed);
      await scope.call("removeMember", { path: { room, user: scope.model.user } });
      scope.happened({ type: "member.left", room, user: scope.model.user });
    },
  },
];

async function changeRoom(
  scope: CommandScope,
  room: string,
  change: { readonly name?: string; readonly owner?: string },
): Promise<void> {
  const { name, owner = "" } = await scope.call("changeRoom", { path: { room }, body: change });
  scope.happened({ type: "room.updated", room, name, owner });
}

/** The room that a command is about. */
function meant({ model, place }: CommandScope, typed?: string): string {
  return roomMeant(typed, place, namedRooms(model));
}

async function showRooms(scope: CommandScope): Promise<void> {
  const [{ items: rooms }, { items: invitations }] = await Promise.all([
    scope.call("listRooms"),
    scope.call("listInvitations"),
  ]);
  scope.invited(invitations);
  const lines: Line[] = rooms.filter(({ kind }) => kind === "room")
    .map(({ id, name, owner = "nobody", unread }) => {
      const whose = owner === scope.model.user ? "yours" : `of ${owner}`;
      const news = unread === 0 ? line`` : styled("mention", `, ${unread} unread`);
      return line`${id.padStart(4)}  ${styled("bold", name)}, ${whose}${news}`;
    });
  const choices = invitations.map(({ room, name }) => ({ id: room, name }));
  for (const { room, name, by } of invitations) {
    const called = roomCall({ id: room, name }, choices);
    const ways = line`/accept ${called} or /decline ${called}`;
    lines.push(line`${room.padStart(4)}  ${styled("bold", name)}: ${by} invites you; ${ways}`);
  }
  scope.say(lines.length > 0 ? lines : [line`You are in no room; /create NAME makes one`]);
}

async function createRoom(scope: CommandScope, { text: name = "" }: GivenArguments): Promise<void> {
  const room = await scope.call("createRoom", { body: { name } });
  // Before it is told, so that it is told to one who is there.
  if (scope.interactive) scope.goTo({ kind: "room", room: room.id });
  const first = scope.happened({
    type: "room.created",
    room: room.id,
    room_kind: "room",
    name: room.name,
    ...(room.owner !== undefined && { owner: room.owner }),
    members: room.members.map((member) => member.name),
  });
  if (scope.interactive && !first) scope.say([line`You talk in ${room.name} now`]);
}

async function answerInvitation(
  scope: CommandScope,
  { room: typed }: GivenArguments,
  { accept }: { readonly accept: boolean },
): Promise<void> {
  const { items } = await scope.call("listInvitations");
  scope.invited(items);
  const { id, name } = chooseInvitation(typed, items);
  await scope.call("answerInvitation", { path: { room: id }, body: { accept } });
  if (!accept) {
    scope.happened({ type: "invitation.closed", room: id });
    scope.say([line`You have declined to enter ${name}`]);
    return;
  }
  // Who goes in wants to see it; a script says where it goes.
  const place: Place = { kind: "room", room: id };
  if (scope.interactive) scope.goTo(place);
  scope.happened({ type: "member.joined", room: id, name, user: scope.model.user });
  if (scope.interactive) await visit(scope, place);
}

/** The invitation that is meant; the only one needs no name. */
function chooseInvitation(
  typed: string | undefined,
  invitations: readonly { readonly room: string; readonly name: string }[],
): { readonly id: string; readonly name: string } {
  const choices = invitations.map(({ room, name }) => ({ id: room, name }));
  const [only, other] = choices;
  if (only === undefined) throw new Misunderstood("nobody has invited you");
  if (typed !== undefined) return chooseRoom(typed, choices);
  if (other === undefined) return only;
  const names = choices.map((each) => roomCall(each, choices)).join(", ");
  throw new Misunderstood(`you are invited into several rooms: name one of ${names}`);
}

async function createLink(scope: CommandScope, { life, number: uses }: GivenArguments) {
  const room = meant(scope);
  const { id, code, url, expires_at, max_uses } = await scope.call("createLink", {
    path: { room },
    body: {
      ...(life !== undefined && { expires_in: life / 1000 }),
      ...(uses !== undefined && { max_uses: uses }),
    },
  });
  if (!/^[\x21-\x7e]+$/.test(code)) throw new BadAnswer("the code of the link cannot be typed");
  const bounds = max_uses === undefined ? "" : `, for ${countText(max_uses, "use")}`;
  scope.say([
    line`Link ${id} into ${roomTitle(scope.model, room)}, until ${
      momentText(expires_at, scope)
    }${bounds}; the code is shown this once:`,
    line`  ${url}`,
    line`  /join ${code}`,
  ]);
}

async function showLinks(scope: CommandScope): Promise<void> {
  const { items } = await scope.call("listLinks", { path: { room: meant(scope) } });
  if (items.length === 0) scope.say([line`There is no link into this room; /link makes one`]);
  scope.say(items.map(({ id, expires_at, uses, max_uses }) => {
    const most = max_uses === undefined ? "" : ` of ${max_uses}`;
    return line`${String(id).padStart(4)}  until ${
      momentText(expires_at, scope)
    }, used ${uses}${most} times; /unlink ${id}`;
  }));
}

/** The code in a link, or one by itself. */
function codeOf(word: string): string {
  if (!/^https?:\/\//i.test(word) && !word.startsWith("/")) return word;
  const code = URL.parse(word, "http://localhost")?.hash.slice(1) ?? "";
  if (code === "") throw new Misunderstood("this is no link into a room");
  return code;
}

async function showRequests(scope: CommandScope, { room: typed }: GivenArguments) {
  const room = meant(scope, typed);
  const { items } = await scope.call("listRequests", { path: { room } });
  if (items.length === 0) scope.say([line`Nobody asks to enter ${roomTitle(scope.model, room)}`]);
  scope.say(
    items.map(({ user, at }) =>
      line`  ${styled("bold", user)}, since ${
        momentText(at, scope)
      }: /approve ${user} or /deny ${user}`
    ),
  );
}

async function answerRequest(
  scope: CommandScope,
  { user: typed = "", room: named }: GivenArguments,
  { approve }: { readonly approve: boolean },
): Promise<void> {
  const place = named === undefined ? undefined : meant(scope, named);
  const room = await findAsker(scope, typed, place);
  const { user } = await scope.call("answerRequest", {
    path: { room, user: typed },
    body: { approve },
  });
  if (approve) scope.happened({ type: "member.joined", room, user });
  else scope.say([line`${user} is not let into ${roomTitle(scope.model, room)}`]);
}
