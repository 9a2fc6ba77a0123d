/**
 * What the tabs of a browser tell each other.
 *
 * @module
 */
import type { Sending } from "../../../connection/outbox.ts";
import type { Position } from "../../../connection/session.ts";
import type { ElectionMessage } from "./election.ts";
import type { LookoutMessage } from "./lookout.ts";
import type { PackedNews, PackedState } from "./packed_news.ts";

/** What a leader tells; news are counted from 1 in each lead, so that none is missed unnoticed. */
export type LeaderMessage =
  | {
    readonly type: "news";
    readonly from: string;
    readonly term: number;
    readonly count: number;
    readonly news: PackedNews;
  }
  /** How things stand after `count` pieces of news. */
  | {
    readonly type: "snapshot";
    readonly from: string;
    /** Who has asked; `undefined`: it is for all. */
    readonly to: string | undefined;
    readonly term: number;
    readonly count: number;
    readonly state: PackedState;
  }
  /** How far the leader has come. */
  | {
    readonly type: "pulse";
    readonly from: string;
    readonly term: number;
    readonly count: number;
    readonly position: Position | undefined;
  };

/** What a follower asks of its leader. */
export type FollowerMessage =
  /** How do things stand? */
  | { readonly type: "join"; readonly from: string; readonly to: string }
  /** Sends what is on the shelf. */
  | { readonly type: "send"; readonly from: string; readonly sending: Sending }
  /** The user has seen a message. */
  | { readonly type: "shown"; readonly from: string; readonly room: string; readonly id: number }
  /** The network may be another. */
  | { readonly type: "hurry"; readonly from: string };

export type TabMessage = ElectionMessage | LookoutMessage | LeaderMessage | FollowerMessage;

/**
 * The name of the channel of one account, among tabs that show the same version of the page: what is
 * posted there is of this form.
 */
export function channelName(
  { version, account }: { readonly version: string; readonly account: string },
): string {
  return `chat.tabs.${version}.${account}`;
}
