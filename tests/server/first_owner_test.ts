import { assertEquals } from "@std/assert";
import { firstOwnerLines, needsFirstOwner } from "../../server/first_owner.ts";

Deno.test("needsFirstOwner() is for who could not be sure of their server, or not get in", () => {
  for (
    const [users, isLocal, registration, needs] of [
      [0, false, "open", true],
      [0, false, "invite", true],
      [0, false, "closed", true],
      [0, true, "open", false],
      [0, true, "invite", true],
      [0, true, "closed", true],
      [1, false, "open", false],
      [1, false, "invite", false],
      [1, true, "closed", false],
    ] as const
  ) {
    const situation = { users, isLocal, registration };
    assertEquals(needsFirstOwner(situation), needs, JSON.stringify(situation));
  }
});

Deno.test("firstOwnerLines() names the host that the server is known by to others", () => {
  for (
    const [url, hosts, server] of [
      ["http://0.0.0.0:8000", ["chat.example", "other.example"], "http://chat.example:8000"],
      ["https://0.0.0.0:443", ["chat.example"], "https://chat.example:443"],
      ["https://[::]:8443", ["2001:db8::1"], "https://[2001:db8::1]:8443"],
      ["http://[::]:8000", ["[2001:db8::1]"], "http://[2001:db8::1]:8000"],
      // Who is at that very address needs no name, and a name may lead elsewhere.
      ["http://127.0.0.1:8000", ["chat.example"], "http://127.0.0.1:8000"],
    ] as const
  ) {
    assertEquals(firstOwnerLines(url, "x", hosts)[2], `  ${server}/#invite=x`);
  }
});

Deno.test("firstOwnerLines() tells a command and a link that can be used as they are", () => {
  for (
    const [url, server] of [
      ["https://192.0.2.1:8443", "https://192.0.2.1:8443"],
      ["http://[2001:db8::1]:8000", "http://[2001:db8::1]:8000"],
      // At all addresses of the machine: one of them is this one, for who is there.
      ["http://0.0.0.0:8000", "http://localhost:8000"],
      ["http://[::]:8000", "http://localhost:8000"],
      ["http://10.0.0.0:8000", "http://10.0.0.0:8000"],
      // What it is called is known to the proxy before it.
      ["unix:/run/chat.sock", "URL"],
    ] as const
  ) {
    assertEquals(firstOwnerLines(url, "owner_Kx3"), [
      "Nobody has registered yet. Who does so with this code, which works once, owns the chat:",
      `  chat client --server ${server} --user NAME --invite owner_Kx3`,
      `  ${server}/#invite=owner_Kx3`,
    ]);
  }
});
