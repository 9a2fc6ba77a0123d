/**
 * Begins the page: hands it all that it needs of the browser, and draws it.
 *
 * @module
 */
import { h, render, type VNode } from "preact";
import { systemClock } from "../../../lib/clock.ts";
import { systemRandom } from "../../../lib/random.ts";
import { isAble } from "./browser/able.ts";
import { earlyTransport } from "./browser/greeting.ts";
import { addressBar, takeJoinCode } from "./browser/location.ts";
import { accompany } from "./browser/presence.ts";
import { sharedDrawer, tabDrawer } from "./browser/storage.ts";
import { deviceLabel } from "./device_label.ts";
import { openPage, type Page } from "./page.ts";
import { openBroadcastChannel } from "./tabs/channel.ts";
import { App } from "./views/app.tsx";

const root = document.getElementById("page");
if (root === null) throw new Error("Cannot draw the page: its HTML has no place for it");
// What its HTML says until this runs would stay beside what is drawn.
root.replaceChildren();
render(isAble ? <App page={open()} /> : tooOld(), root);

function tooOld(): VNode {
  return (
    <p>
      This browser is too old for this page. Take a newer one, or{" "}
      <a href="/docs">talk without it</a>.
    </p>
  );
}

function open(): Page {
  return openPage({
    ...sharedDrawer,
    tabDrawer,
    origin: location.origin,
    transport: earlyTransport,
    clock: systemClock,
    random: systemRandom,
    openChannel: openBroadcastChannel,
    // The address of this script holds the hash of what it is.
    version: import.meta.url,
    address: addressBar,
    joinCode: takeJoinCode(),
    device: deviceLabel(navigator.userAgent),
    began: accompany,
    broke: reportError,
  });
}
