/**
 * The dialogs, and what each is about.
 *
 * @module
 */
import type { Message } from "../../../../lib/api/schemas.ts";
import type { Draft } from "../../../connection/outbox.ts";

export type Dialog =
  /** Everyone, to talk to or look at. */
  | { readonly kind: "people" }
  /** Own name and password, notifications, leaving. */
  | { readonly kind: "profile" }
  | { readonly kind: "devices" }
  /** What waits to be sent later. */
  | { readonly kind: "scheduled" }
  /** When to send a draft; `done` once the server has taken it. */
  | { readonly kind: "schedule"; readonly draft: Draft; readonly done: () => void }
  | { readonly kind: "new_room" }
  /** Members, and for its owner invitations, links, requests, name. */
  | { readonly kind: "room"; readonly room: string }
  /** By a code or link that someone has sent. */
  | { readonly kind: "join"; readonly code?: string }
  | { readonly kind: "report"; readonly user: string; readonly message?: Message }
  | { readonly kind: "delete_message"; readonly message: Message }
  /** The comments on a message. */
  | { readonly kind: "comments"; readonly message: Message };
