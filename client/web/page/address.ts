/**
 * Places as the address of a tab names them, behind its `#`.
 *
 * @module
 */
import { commonPlace, type Place } from "../../conversation/model/place.ts";

/** Longest name that an address may hold, in UTF-16 units: as long as the API takes one. */
export const addressNameMax = 256;

/** A place, and perhaps a message in it. */
export interface Target {
  readonly place: Place;
  readonly message?: number | undefined;
}

/** The address of a tab, as far as it tells where in the chat the tab is; a test has its own. */
export interface AddressBar {
  /** From `#` on; empty if there is nothing. */
  readonly hash: string;
  /** Goes to another hash, from which the user can come back. */
  push(hash: string): void;
  /** Puts another hash in place of this one. */
  replace(hash: string): void;
  /** Calls `listener` when the user has changed it, as by going back; gives back what ends that. */
  watch(listener: () => void): () => void;
}

const idShape = /^[1-9]\d{0,15}$/;

/** Where an address leads; what is not understood leads to the common chat. */
export function targetOf(hash: string): Target {
  const parts = hash.startsWith("#/") ? hash.slice(2).split("/") : [""];
  const hasMessage = parts.at(-2) === "m";
  const message = hasMessage ? idOf(parts.at(-1) ?? "") : undefined;
  const place = placeOf(hasMessage ? parts.slice(0, -2) : parts);
  if (place === undefined || (hasMessage && message === undefined)) return { place: commonPlace };
  return { place, ...(message !== undefined && { message }) };
}

/** The address of a place, and of a message in it. */
export function hashOf({ place, message }: Target): string {
  const suffix = message === undefined ? "" : `/m/${message}`;
  switch (place.kind) {
    case "common":
      return `#/${suffix.slice(1)}`;
    case "private":
      // Half of a character can't be coded; nobody is called so.
      return `#/to/${encodeURIComponent(place.user.toWellFormed())}${suffix}`;
    case "room":
      return `#/room/${place.room}${suffix}`;
  }
}

/** The code in the hash of a link `/join#CODE`; `undefined` for what can be none. */
export function joinCodeOf(hash: string): string | undefined {
  return /^#([\w-]{1,256})$/.exec(hash)?.[1];
}

function placeOf([kind = "", name = "", ...rest]: readonly string[]): Place | undefined {
  if (kind === "" && name === "") return commonPlace;
  if (rest.length > 0) return undefined;
  if (kind === "room") return idShape.test(name) ? { kind, room: name } : undefined;
  const user = kind === "to" ? decoded(name) : undefined;
  if (user === undefined || user === "" || user.length > addressNameMax) return undefined;
  return { kind: "private", user };
}

function idOf(text: string): number | undefined {
  const id = Number(text);
  // The one after it is asked for, too.
  return idShape.test(text) && Number.isSafeInteger(id + 1) ? id : undefined;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch (fault) {
    // Someone has written it by hand.
    if (!(fault instanceof URIError)) throw fault;
    return undefined;
  }
}
