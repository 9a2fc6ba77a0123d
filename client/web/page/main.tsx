/**
 * Begins the page: hands it all that it needs of the browser, and draws it.
 *
 * @module
 */
import { render } from "preact";
import { systemClock } from "../../../lib/clock.ts";
import { systemRandom } from "../../../lib/random.ts";
import { earlyTransport } from "./browser/greeting.ts";
import { addressBar, takeJoinCode } from "./browser/location.ts";
import { accompany } from "./browser/presence.ts";
import { sharedDrawer, tabDrawer } from "./browser/storage.ts";
import { deviceLabel } from "./device_label.ts";
import { openPage } from "./page.ts";
import { openBroadcastChannel } from "./tabs/channel.ts";
import { App } from "./views/app.tsx";

const page = openPage({
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

const root = document.getElementById("page");
if (root === null) throw new Error("Cannot draw the page: its HTML has no place for it");
// What its HTML says until this runs would stay beside what is drawn.
root.replaceChildren();
render(<App page={page} />, root);
