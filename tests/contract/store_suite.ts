/**
 * What every store must do, as one suite that runs on each of them.
 *
 * @module
 */
import { deletionContract } from "./suite/deleted.ts";
import { fileContract } from "./suite/files.ts";
import { followingContract } from "./suite/following.ts";
import { forgettingContract } from "./suite/forgetting.ts";
import { loadingContract } from "./suite/loading.ts";
import { furtherLoadingContract } from "./suite/loading_more.ts";
import { logContract } from "./suite/log.ts";
import { messageContract } from "./suite/messages.ts";
import { oversightContract } from "./suite/oversight.ts";
import { recordContract } from "./suite/records.ts";
import { doorContract, roomContract } from "./suite/rooms.ts";
import { savingContract } from "./suite/saving.ts";
import { scheduledContract } from "./suite/scheduled.ts";
import { type OpenStore, testOn } from "./suite/setting.ts";
import { sweepContract } from "./suite/sweeping.ts";
import { unreadContract } from "./suite/unread.ts";
import { userContract } from "./suite/users.ts";
import { visibilityContract } from "./suite/visibility.ts";

export type { OpenStore } from "./suite/setting.ts";

/** Declares the tests of one implementation. */
export function storeContract(name: string, open: () => OpenStore): void {
  const test = testOn(name, open);
  loadingContract(test);
  furtherLoadingContract(test);
  savingContract(test);
  userContract(test);
  roomContract(test);
  doorContract(test);
  messageContract(test);
  unreadContract(test);
  visibilityContract(test);
  logContract(test);
  followingContract(test);
  scheduledContract(test);
  fileContract(test);
  sweepContract(test);
  forgettingContract(test);
  oversightContract(test);
  recordContract(test);
  deletionContract(test);
}
