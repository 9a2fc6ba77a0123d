/**
 * The check of deeds finds out what was acknowledged and not done, done twice, or never asked for.
 *
 * @module
 */
import { assertThrows } from "@std/assert";
import type { Event } from "../../lib/api/schemas.ts";
import { checkDeeds, type LinksByRoom } from "./deed_check.ts";
import { settle, type Wanted } from "./ledger.ts";
import { checkMessages } from "./message_check.ts";
import { Records } from "./records.ts";
import { Violation } from "./violation.ts";
import { World } from "./world.ts";

type Told = readonly [event: Event, ...hearers: readonly number[]];
type Deed = readonly [wanted: Omit<Wanted, "user" | "client">, answer?: Record<string, unknown>];

const at = "2026-11-20T10:00:00.000Z";
const place = { room: "2" };

/** A room of user 0. */
const founding: readonly Told[] = [
  [{ type: "member.joined", room: "common", user: "u0v0" }, 0],
  [{ type: "room.created", room: "2", room_kind: "room", name: "a", members: ["u0v0"] }, 0],
];
const made: Deed = [{ verb: "room.create", text: "a" }];
const joined: Told = [{ type: "member.joined", room: "2", user: "u1v0" }, 0, 1];
const renamed: Told = [{ type: "user.renamed", user: "u0v1", before: "u0v0" }, 0];
const roomRenamed: Told = [{ type: "room.updated", room: "2", name: "b", owner: "u0v0" }, 0];
const passedOn: Told = [{ type: "room.updated", room: "2", name: "b", owner: "u1v0" }, 0];
const asked: Told = [{ type: "invitation", room: "2", name: "a", by: "u0v0" }, 1];
const declined: Told = [{ type: "invitation.closed", room: "2" }, 1];
const requested: Told = [{ type: "join.requested", room: "2", user: "u0v0" }, 0];
const rename: Deed = [{ verb: "rename", text: "u0v1" }];
const renameRoom: Deed = [{ verb: "room.rename", text: "b", place }];
const invite: Deed = [{ verb: "invite", about: 1, place }];
const join: Deed = [{ verb: "join", text: "code" }, { room: "2" }];
const link: Deed = [{ verb: "link", place }, { id: 9, code: "code", max_uses: 1 }];

/** A world in which `log` was told, and user 0 was answered that each of `deeds` is done. */
function worldOf(log: readonly Told[], deeds: readonly Deed[]): World {
  const world = new World();
  for (const [index, [event, ...hearers]] of [...founding, ...log].entries()) {
    for (const hearer of hearers) world.chronicle.hear(hearer, index + 1, event, "c");
  }
  for (const [wanted, answer = {}] of deeds) {
    settle(world.ledger.open({ ...wanted, user: 0, client: "c" }), "done", { answer });
  }
  return world;
}

function check(log: readonly Told[], deeds: readonly Deed[], links: LinksByRoom = new Map()): void {
  checkDeeds(worldOf(log, [made, ...deeds]), links);
}

const listed = (...ids: readonly number[]): LinksByRoom =>
  new Map([["2", ids.map((id) => ({ id }))]]);

Deno.test("deeds that were done once, and told, are well", () => {
  check([renamed, roomRenamed, passedOn], [rename, renameRoom]);
  check([asked, declined, asked, joined], [invite, invite, invite]);
  check([requested], [join]);
  check([], [link], listed(9));
  check([requested], [link, join], listed());
});

const faults: readonly (readonly [
  string,
  string,
  readonly Told[],
  readonly Deed[],
  LinksByRoom?,
])[] = [
  ["a name that was not taken", "what was acknowledged has happened", [], [rename]],
  ["a name that was taken twice", "it happens once, not 2", [renamed, renamed], [rename]],
  ["a room that kept its name", "what was acknowledged has happened", [], [renameRoom]],
  ["an invitation that nobody is told of", "who was asked in is told so", [], [invite]],
  ["an invitation that is told twice", "is asked in once", [asked, asked], [invite]],
  ["a request that is not told", "0 requests are told", [], [join]],
  ["a request that is told twice", "2 requests are told", [requested, requested], [join]],
  ["a link that is gone", "a link that was made is there until", [], [link], listed()],
  ["a link too many", "nobody knows these links", [], [link], listed(9, 10)],
];
for (const [what, says, log, deeds, links] of faults) {
  Deno.test(`${what} is found out`, () => {
    assertThrows(() => check(log, deeds, links), Violation, says);
  });
}

Deno.test("what was refused must not have happened", () => {
  const world = worldOf([renamed], [made]);
  settle(world.ledger.open({ verb: "rename", text: "u0v1", user: 0, client: "c" }), "refused");
  assertThrows(() => checkDeeds(world, new Map()), Violation, "what was refused has not happened");
});

Deno.test("what was said by one who has left must be there for as long as anyone else is", () => {
  const left = (user: number, ...hearers: readonly number[]): Told => [
    { type: "member.left", room: "2", user: `u${user}v0` },
    ...hearers,
  ];
  const said: Deed = [{ verb: "send", text: "x", place }, { id: 8, room: "2", at }];
  const look = (log: readonly Told[]) => {
    const world = worldOf(log, [said]);
    checkMessages(world, new Records(world, []));
  };
  assertThrows(() => look([joined, left(0, 0), left(0, 1)]), Violation, "but nobody finds");
  look([joined, left(0, 0), left(0, 1), left(1, 1)]);
});
