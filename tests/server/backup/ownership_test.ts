/**
 * Who restores as root is told what keeps the server from its database.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { ownershipNote } from "../../../server/backup/ownership.ts";

const advice = "It belongs to root, and its folder does not. If the server runs as the folder's " +
  "owner: ";

Deno.test("root is told how to give a restored database to the owner of its folder", () => {
  assertEquals(
    ownershipNote("/var/lib/chat/chat.db", { me: 0, owner: 990 }),
    `${advice}chown --reference=/var/lib/chat /var/lib/chat/chat.db /var/lib/chat/chat.db.lock\n`,
  );
  assertEquals(
    ownershipNote("/srv/bob's chat/chat.db", { me: 0, owner: 990 }),
    `${advice}chown --reference='/srv/bob'\\''s chat' '/srv/bob'\\''s chat/chat.db' ` +
      "'/srv/bob'\\''s chat/chat.db.lock'\n",
  );
});

Deno.test("nothing is told who restores as the owner, or where files have none", () => {
  for (const [me, owner] of [[0, 0], [990, 990], [990, 0], [null, null], [0, null]] as const) {
    assertEquals(ownershipNote("chat.db", { me, owner }), "");
  }
});
