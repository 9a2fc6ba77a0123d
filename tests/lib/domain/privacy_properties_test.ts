/**
 * Who sees what and gets where, whatever people do: rooms, their doors, and what is gone.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { Event } from "../../../lib/domain/event.ts";
import type { FileId, RoomId, UserId } from "../../../lib/domain/ids.ts";
import type { Message } from "../../../lib/domain/message.ts";
import { tightPolicy } from "../../support/random_commands.ts";
import { always, messagesOf, refusalOf } from "../../support/stories.ts";

Deno.test("what someone has unread is what the log tells them of it", async () => {
  let unread = 0;
  await always(() => async ({ chat: { store, life }, cast }) => {
    for (const user of cast.users) {
      const { items } = await store.unread(user, { limit: 10_000 }, life);
      const { events } = await store.log(user, 0, 100_000, life);
      const readIds = new Map<RoomId, number>();
      for (const { id, readId } of await store.rooms(user, life)) readIds.set(id, readId);
      const told = messagesOf({ events }).filter(({ author, id, room }) =>
        author.id !== user && id > (readIds.get(room) ?? Infinity)
      );
      assertEquals(items, told);
      unread += items.length;
    }
  });
  assert(unread > 200, `${unread} unread`);
});

Deno.test("what was deleted or has expired can't be read in any way", async () => {
  let gone = 0;
  await always(() => {
    const said = new Map<number, Message>();
    const deleted = new Set<number>();
    return async ({ batch, chat: { store, life }, cast }) => {
      for (const message of messagesOf(batch)) said.set(message.id, message);
      for (const event of batch.events) {
        if (event.type === "message.deleted") deleted.add(event.message);
      }
      for (const user of cast.users) {
        const { events } = await store.log(user, 0, 100_000, life);
        const arrival = await store.arrive(user, { recent: 1000, unread: 1000 }, life);
        const unread = await store.unread(user, { limit: 1000 }, life);
        const readable = new Set([
          ...messagesOf({ events }),
          ...arrival.recent,
          ...arrival.unread,
          ...unread.items,
        ].map(({ id }) => Number(id)));
        for (const room of cast.rooms) {
          const { items } = await store.messages(room, user, { limit: 1000 }, life);
          for (const { id } of items) readable.add(id);
        }
        for (const message of said.values()) {
          const { id, room, author, atMs, expiresMs } = message;
          const readId = (await store.member(room, user))?.readId ?? Infinity;
          const isOver = atMs + tightPolicy.unreadTtlMs <= life.nowMs ||
            (expiresMs <= life.nowMs && (readId >= id || author.id === user));
          if (!deleted.has(id) && !isOver) continue;
          gone += 1;
          assertEquals(await store.message(id, user, life), undefined);
          assert(!readable.has(id), `${id} can still be read`);
          if (message.commentOn !== undefined) {
            const page = { after: id - 1, limit: 1 };
            const { items } = await store.comments(message.commentOn, user, page, life);
            assert(items[0]?.id !== id);
          }
          for (const file of message.files) {
            assertEquals(await store.file(file.id, user, life), undefined);
          }
        }
      }
    };
  }, { numRuns: 60 });
  assert(gone > 1000, `${gone} times something was gone`);
});

Deno.test("nobody sees anything of a room that they are not in", async () => {
  let hidden = 0;
  await always(() => {
    const members = new Map<number, Set<UserId>>();
    const events: Event[] = [];
    const attached = new Map<FileId, RoomId>();
    return async ({ batch, chat: { store, life }, cast }) => {
      events.push(...batch.events);
      for (const event of batch.events) follow(event, members);
      for (const { room, files } of messagesOf(batch)) {
        for (const { id } of files) attached.set(id, room);
      }
      for (const user of cast.users) {
        const mine = cast.rooms.filter((room) => members.get(room)?.has(user));
        assertEquals(
          new Set((await store.rooms(user, life)).map(({ id }) => id)),
          new Set(mine),
        );
        for (const room of cast.rooms) {
          if (mine.includes(room)) continue;
          hidden += 1;
          const none = { items: [], hasMore: false };
          assertEquals(await store.messages(room, user, { limit: 9 }, life), none);
          assertEquals(await store.unread(user, { room, limit: 9 }, life), none);
          assertEquals(await store.countUnread(user, room, life), 0);
        }
        for (const message of messagesOf({ events })) {
          if (mine.includes(message.room)) continue;
          assertEquals(await store.message(message.id, user, life), undefined);
          assertEquals((await store.comments(message.id, user, all, life)).items, []);
        }
        for (const [file, room] of attached) {
          if (mine.includes(room)) continue;
          assertEquals(await store.file(file, user, life), undefined);
        }
        const { events: told, rooms } = await store.log(user, 0, 100_000, life);
        assertEquals(new Set(rooms), new Set(mine));
        for (const { audience } of told) {
          assert(audience === user || mine.includes(audience as RoomId));
        }
      }
    };
  }, { numRuns: 60 });
  assert(hidden > 1000, `${hidden} rooms were hidden`);
});

const all = { after: 0, limit: 1000 };

/** Who is in which room, by what is told of it. */
function follow(event: Event, members: Map<number, Set<UserId>>): void {
  switch (event.type) {
    case "room.created":
      members.set(event.room, new Set(event.members.map(({ id }) => id)));
      return;
    case "member.joined":
      members.set(event.room, (members.get(event.room) ?? new Set()).add(event.user.id));
      return;
    case "member.left":
      members.get(event.room)?.delete(event.user.id);
      return;
    case "room.deleted":
      members.get(event.room)?.delete(event.audience as UserId);
  }
}

Deno.test("no more people enter by a link than it has uses", async () => {
  let entered = 0;
  let spent = 0;
  await always(() => {
    const uses = new Map<number, number>();
    return ({ batch, commands, cast }) => {
      const approved = commands.filter((command, at) =>
        command.type === "request.answer" && command.approve && batch.decisions[at]?.ok &&
        batch.effects[at]?.positions !== 0
      );
      entered += approved.length;
      for (const change of batch.changes) {
        if (change.kind !== "put" || change.table !== "link") continue;
        const { id, uses: now, usesMax = Infinity } = change.row;
        assert(now <= usesMax, `${now} entered by a link for ${usesMax}`);
        assert(now === (uses.get(id) ?? -1) + 1, "each one counts once");
        uses.set(id, now);
        if (now === usesMax) spent += 1;
      }
      for (const { link } of cast.all.requests) {
        const known = cast.all.links.get(link);
        const left = known === undefined || known.uses < (known.usesMax ?? Infinity);
        assert(left, "nobody waits by a link that is used up");
      }
    };
  }, { numRuns: 200 });
  assert(entered > 30 && spent > 2, `${entered} entered, ${spent} links were used up`);
});

Deno.test("by no code can it be told why it is of no use", async () => {
  let dead = 0;
  await always(() => ({ batch, commands, cast, chat: { nowMs } }) => {
    for (const [at, command] of commands.entries()) {
      if (command.type !== "join") continue;
      const link = cast.all.links.find(command.hash);
      const isAlive = link !== undefined && nowMs < link.expiresMs &&
        link.uses < (link.usesMax ?? Infinity);
      if (isAlive || batch.decisions[at]?.ok) continue;
      const refusal = refusalOf(batch.decisions[at]);
      // What it was of use for earlier in this batch, or under a key that was used, is another matter.
      if (refusal?.code !== "not_found") continue;
      dead += 1;
      assertEquals(refusal, { code: "not_found", what: "link" });
    }
  });
  assert(dead > 10, `${dead} codes were of no use`);
});

Deno.test("an open room has an owner who is in it, and a closed one nobody and no way in", async () => {
  let handed = 0;
  let closed = 0;
  await always(() => ({ batch, cast: { all } }) => {
    handed += batch.events.filter(({ type }) => type === "room.updated").length;
    for (const room of all.rooms) {
      if (room.kind !== "room") continue;
      const members = all.members.where((member) => member.room === room.id);
      if (!room.closed) {
        assert(members.some(({ user }) => user === room.owner.id), `${room.name} is owned`);
        continue;
      }
      closed += 1;
      const ofRoom = (row: { readonly room: RoomId }) => row.room === room.id;
      assertEquals(members, []);
      assertEquals(all.links.where(ofRoom), []);
      assertEquals(all.invitations.where(ofRoom), []);
      assertEquals(all.requests.where(ofRoom), []);
    }
    for (const { room, user } of all.invitations) assert(!all.isMember(room, user));
    for (const { room, user } of all.requests) assert(!all.isMember(room, user.id));
  });
  assert(handed > 20 && closed > 20, `${handed} handed over, ${closed} closed`);
});
