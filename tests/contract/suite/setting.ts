/**
 * What the tests of the contract share: a chat on a store that is opened for one test.
 *
 * @module
 */
import { commonRoom, type RoomId, type UserId } from "../../../lib/domain/ids.ts";
import { type Needs, noNeeds } from "../../../lib/domain/needs.ts";
import { defaultPolicy } from "../../../lib/domain/policy.ts";
import type { State } from "../../../lib/domain/state.ts";
import { deleted, type User } from "../../../lib/domain/user.ts";
import type { Store } from "../../../server/store/store.ts";
import { Chat, type Person } from "../../support/chat.ts";

/** A store that is open for one test. */
export interface OpenStore {
  readonly store: Store;
  /** Closes the store and opens it again; absent where nothing outlives the process. */
  readonly reopen?: () => Promise<Store>;
  /** Opens one more on the same medium; absent where nobody else can reach it. */
  readonly another?: () => Store;
  /** Lets go of it, and of what it kept. */
  readonly discard: () => Promise<void>;
}

/** Declares one test of the contract. */
export type Test = (
  title: string,
  run: (chat: Chat, opened: OpenStore) => Promise<void>,
) => void;

/** Declares tests of one implementation, each on a store of its own, where one may say much. */
export function testOn(name: string, open: () => OpenStore): Test {
  return (title, run) => {
    Deno.test(`${name}: ${title}`, async () => {
      const opened = open();
      const chat = new Chat(opened.store);
      chat.policy = { ...defaultPolicy, limit: 0 };
      try {
        await run(chat, opened);
      } finally {
        await opened.discard();
      }
    });
  };
}

export const nobody = 999_999 as UserId;
export const nowhere = 999_999 as RoomId;

/** What `look` finds in a state that was loaded for `needs`. */
export function loaded<Found>(
  { store }: Chat,
  needs: Partial<Needs>,
  look: (state: State) => Found,
): Promise<Found> {
  return store.transact({ ...noNeeds(), ...needs }, look);
}

/** Lays a user down as deleted; all else about them stays as it was. */
export function deleteUser(chat: Chat, { id }: Person): Promise<User> {
  return loaded(chat, { users: new Set([id]) }, (state) => {
    const user = state.users.get(id);
    if (user === undefined) throw new Error(`There is no user ${id}`);
    const gone = { ...user, ...deleted(user, chat.nowMs) };
    state.users.put(gone);
    return gone;
  });
}

/** The texts of a page, one after another, and whether there is more. */
export function textsOf(
  { items, hasMore }: { readonly items: readonly { readonly text: string }[]; hasMore: boolean },
): readonly [texts: string, hasMore: boolean] {
  return [items.map(({ text }) => text).join(""), hasMore];
}

/** Everything that can be asked about `people`, to be compared. */
export async function snapshot(
  { store, life, nowMs }: Chat,
  people: readonly Person[],
): Promise<unknown> {
  return {
    head: await store.head(),
    count: await store.countUsers(),
    users: await store.users({ limit: 100 }),
    due: await store.due(Infinity, 100),
    people: await Promise.all(people.map(async ({ id }) => {
      const arrival = await store.arrive(id, { recent: 100, unread: 100 }, life);
      return {
        arrival,
        common: await store.messages(commonRoom, id, { limit: 100 }, life),
        tokens: await store.tokensOf(id),
        reports: await store.reportsOn(id),
        window: await store.window(id, "invite"),
        scheduled: await store.scheduledBy(id),
        invitations: await store.invitationsTo(id),
        links: await Promise.all(arrival.rooms.map((room) => store.linksInto(room.id))),
        requests: await Promise.all(arrival.rooms.map((room) => store.requestsInto(room.id))),
        rooms: await Promise.all(arrival.rooms.map((room) => store.room(room.id))),
        log: (await store.log(id, 0, 1000, life)).events,
      };
    })),
    nowMs,
  };
}
