/**
 * The door to the notifications of the user's system, and what of them the user wants.
 *
 * @module
 */
import { drawerPrefix } from "../account/drawer.ts";
import {
  type MessageNotification,
  type NotificationChoice,
  notificationChoices,
  Notifier,
} from "../attention/notifier.ts";
import { State, type Watched } from "../state.ts";
import type { Tab } from "../tab.ts";
import type { SharedSession } from "../tabs/shared_session.ts";
import { lookedAt } from "./attention.ts";
import { sharedDrawer } from "./storage.ts";

/** `undecided`: may be asked for; `impossible`: there are none here. */
export type Permission = "granted" | "denied" | "undecided" | "impossible";

const permission = new State<Permission>(permissionNow());

/** Whether the browser lets the page show notifications. */
export const notificationPermission: Watched<Permission> = permission;

/** Asks the user, who must have acted just now. */
export async function askForNotifications(): Promise<void> {
  await Notification.requestPermission();
  permission.set(permissionNow());
}

const choiceKey = `${drawerPrefix}notify`;

/** What could not be kept, as long as this tab is there. */
let unkept: NotificationChoice | undefined;

/** Of which messages the user wants to be told, in all tabs. */
export function notificationChoice(): NotificationChoice {
  const kept = unkept ?? sharedDrawer.drawer.getItem(choiceKey);
  return notificationChoices.find((choice) => choice === kept) ?? "direct";
}

export function chooseNotifications(choice: NotificationChoice): void {
  unkept = undefined;
  try {
    sharedDrawer.drawer.setItem(choiceKey, choice);
  } catch {
    // Whatever a full drawer throws.
    unkept = choice;
  }
}

/** Tells the user of messages while they look at no tab; gives back what ends that. */
export function notifyOf(session: SharedSession, tab: Tab): () => void {
  const notifier = new Notifier({
    session,
    choice: () => permission.value === "granted" ? notificationChoice() : "none",
    show: (notification) => show(notification, tab),
    broke: reportError,
  });
  const endings = [
    session.watch((news) => notifier.heed(news)),
    // It is changed where the page has not the focus; to ask with each message would take long.
    lookedAt.watch(() => {
      if (permission.value !== "impossible") permission.set(permissionNow());
    }),
  ];
  return () => {
    for (const end of endings) end();
    notifier.close();
  };
}

function show({ message, title, body }: MessageNotification, tab: Tab): () => void {
  let shown: Notification;
  try {
    shown = new Notification(title, { body, tag: `${drawerPrefix}${message.room}` });
  } catch (fault) {
    if (!(fault instanceof TypeError)) throw fault;
    // Browsers of phones have the name, but not the thing.
    permission.set("impossible");
    return () => {};
  }
  shown.onclick = () => {
    focus();
    tab.goToMessage(message.id).catch(reportError);
    shown.close();
  };
  return () => shown.close();
}

function permissionNow(): Permission {
  // Over plain HTTP from elsewhere than this machine it is not there, or always denied.
  if (!("Notification" in globalThis) || !isSecureContext) return "impossible";
  const { permission } = Notification;
  return permission === "default" ? "undecided" : permission;
}
