/**
 * A store whose answers are timed, by what it is asked about.
 *
 * @module
 */
import type { Clock } from "../../lib/clock.ts";
import type { Store } from "../store/store.ts";
import type { Measures, StoreKind } from "./measures.ts";

/**
 * Transactions are timed where commands are carried out; where the log ends is asked so often, and
 * answered so soon, that nothing else would be seen beside it; the rest is neither query nor upkeep.
 */
type Untimed = "epoch" | "secret" | "transact" | "head" | "probe" | "close";

const kinds: Readonly<Record<Exclude<keyof Store, Untimed>, StoreKind>> = {
  findToken: "users",
  findUser: "users",
  user: "users",
  tokensOf: "users",
  countUsers: "users",
  users: "users",
  reportsOn: "users",
  window: "users",
  rooms: "rooms",
  room: "rooms",
  member: "rooms",
  members: "rooms",
  privateRoom: "rooms",
  invitationsTo: "rooms",
  linksInto: "rooms",
  requestsInto: "rooms",
  arrive: "messages",
  messages: "messages",
  unread: "messages",
  countUnread: "messages",
  message: "messages",
  comments: "messages",
  log: "log",
  eventsAfter: "log",
  scheduledBy: "scheduled",
  scheduled: "scheduled",
  countScheduled: "scheduled",
  due: "scheduled",
  nextDueMs: "scheduled",
  file: "files",
  fileBytes: "files",
  accounts: "oversight",
  withRole: "oversight",
  banned: "oversight",
  openReports: "oversight",
  audit: "oversight",
  registrationInvites: "oversight",
  allRooms: "oversight",
  stats: "oversight",
  authored: "upkeep",
  roomsOf: "upkeep",
  usersToErase: "upkeep",
  removeExpired: "upkeep",
  removeFiles: "upkeep",
  forgetReceipts: "upkeep",
  forgetScheduled: "upkeep",
  forgetEvents: "upkeep",
  forgetAudit: "upkeep",
  forgetRegistrationInvites: "upkeep",
  forgetReports: "upkeep",
  reclaim: "upkeep",
};

type Ask = (...args: unknown[]) => Promise<unknown>;

/** The same store; how long it takes is noted in `measures`, failed answers included. */
export function measuredStore(store: Store, measures: Measures, clock: Clock): Store {
  const timed = Object.entries(kinds).map(([name, kind]) => {
    const seconds = measures.storeSeconds[kind];
    return [name, (...args: unknown[]) => {
      const sinceMs = clock.monotonic();
      const note = () => seconds.observe((clock.monotonic() - sinceMs) / 1000);
      const answer = (store[name as keyof typeof kinds] as Ask).apply(store, args);
      answer.then(note, note);
      return answer;
    }];
  });
  const untimed: Pick<Store, Untimed> = {
    epoch: store.epoch,
    secret: store.secret,
    transact: (needs, work) => store.transact(needs, work),
    head: () => store.head(),
    probe: () => store.probe(),
    close: () => store.close(),
  };
  return { ...untimed, ...Object.fromEntries(timed) } as Store;
}
