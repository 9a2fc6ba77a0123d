import { assertEquals } from "@std/assert";
import { inviteIn } from "../../../client/connection/invite_link.ts";

Deno.test("inviteIn() finds the code in a link, and in its hash", () => {
  assertEquals(inviteIn("https://chat.example.org/#invite=chat_Kx_3-9"), "chat_Kx_3-9");
  assertEquals(inviteIn("#invite=chat_Kx_3-9"), "chat_Kx_3-9");
  // A link that was cut off: what is left of it is still no place.
  assertEquals(inviteIn("#invite="), "");
});

Deno.test("inviteIn() finds nothing in what is no invitation", () => {
  for (const link of ["", "#/", "#/to/bob", "chat_Kx_3-9", "/join#Kx_3-9", "#/to/#invite"]) {
    assertEquals(inviteIn(link), undefined, link);
  }
});
