/**
 * What a batch of commands must know before it can be decided; a store loads it in one go.
 *
 * @module
 */
import type { FoldedName } from "../text/names.ts";
import type { MessageId, RoomId, UserId } from "./ids.ts";

/** Filled by the rules, read by the stores; `store.ts` says what each must load. */
export interface Needs {
  readonly users: Set<UserId>;
  readonly names: Set<FoldedName>;
  readonly tokensOf: Set<UserId>;
  readonly members: { readonly room: RoomId; readonly user: UserId }[];
  readonly privateChats: { readonly user: UserId; readonly name: FoldedName }[];
  readonly messages: { readonly message: MessageId; readonly user: UserId }[];
  readonly receipts: { readonly user: UserId; readonly key: string }[];
}

export function noNeeds(): Needs {
  return {
    users: new Set(),
    names: new Set(),
    tokensOf: new Set(),
    members: [],
    privateChats: [],
    messages: [],
    receipts: [],
  };
}
