/**
 * docs/operating/service.md, typed as it stands there: a service is installed, started, taken to
 * another version and back.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Guest } from "../../support/guest.ts";
import { pollUntil, runTool, testWith, toolOutput } from "../../support/tools.ts";
import { recipe } from "./handbook.ts";
import { Machine } from "./machine.ts";

const page = "operating/service.md";

testWith(
  ["npm", "curl"],
  "a service is installed, and taken to another version and back",
  async () => {
    await using machine = Machine.bare();
    const [install = "", start = ""] = recipe(page, "Installing", 3);
    await machine.type(install);
    assertEquals((await machine.type(start)).out, '{"status":"ready"}');
    assertMatch(await machine.journal, /"message":"chat is listening","url":"http:\/\/127/);
    const alice = await Guest.arrive(machine.url, "alice");
    await alice.say("hello");

    const commands = recipe(page, "Installing", 3)[2] ?? "";
    const { out } = await machine.type(commands);
    assertMatch(out, /^alice +-/m);
    assertMatch(out, /^chat_\w+/m);
    assertMatch(out, /^(All is well\.|0 failed, .*)$/m);
    const [log = ""] = recipe(page, "The log", 1);
    assertMatch((await machine.type(log)).out, /^\{.*"route":"\/send"/m);

    await using stream = await alice.listen();
    const [upgrade = ""] = recipe(page, "A new version", 1);
    await machine.type(upgrade);
    await stream.next("bye");
    assertEquals(await Deno.readLink(machine.path("opt/chat")), machine.path("opt/chat-0.2.0"));
    await alice.say("of the new version");
    assertEquals(await alice.texts(), ["hello", "of the new version"]);

    const [back = ""] = recipe(page, "Going back a version", 1);
    await machine.type(back);
    assertEquals(await Deno.readLink(machine.path("opt/chat")), machine.path("opt/chat-0.1.0"));
    assertEquals(await alice.texts(), ["hello"]);
  },
);

testWith(
  ["openssl", "curl"],
  "the service takes TLS by itself, and a new certificate",
  async () => {
    await using machine = await Machine.installed();
    machine.trust("etc/chat/chain.pem");
    const [take = "", renew = ""] = recipe(page, "TLS by itself", 2);
    assertEquals((await machine.type(take)).out, '{"status":"ready"}');
    assertEquals((await Deno.stat(machine.path("etc/chat/key.pem"))).mode, 0o100640);
    const chain = await Deno.readTextFile(machine.path("etc/chat/chain.pem"));
    await machine.type(take.slice(0, take.indexOf("chgrp")));
    assert(chain !== await Deno.readTextFile(machine.path("etc/chat/chain.pem")));
    await machine.type(renew);
    await pollUntil(
      () => Promise.resolve(machine.journal.includes("The certificate has been read anew")),
      "the line of the log",
    );
    assertEquals((await machine.type("curl -sf https://chat.example/readyz")).out.length, 18);
  },
);

testWith(
  ["curl", "base64"],
  "a sealed backup is sent elsewhere, and looked through there",
  async () => {
    await using machine = await Machine.installed();
    await machine.start();
    const [send = ""] = recipe(page, "Backups elsewhere", 1);
    await machine.type(send);
    const [sent, ...others] = [...Deno.readDirSync(machine.path("elsewhere"))];
    assertMatch(sent?.name ?? "", /^chat-\d{4}-\d\d-\d\d\.backup$/);
    assertEquals(others, []);
    const bytes = await Deno.readFile(machine.path(`elsewhere/${sent?.name}`));
    // The 14th byte says that it is sealed.
    assertEquals(bytes[13], 1);
  },
);

testWith(
  ["systemd-analyze"],
  "systemd finds nothing wrong with the unit, and little exposed",
  async () => {
    await using machine = await Machine.installed();
    const [take = ""] = recipe(page, "TLS by itself", 2);
    const dropIn = /^mkdir -p \S+chat\.service\.d\n[^]*?^END\n/m.exec(take)?.[0] ?? "";
    const unit = machine.path("etc/systemd/system/chat.service");
    for (const more of ["true", dropIn]) {
      await machine.type(more);
      const { code, err } = await runTool("systemd-analyze", ["verify", "--man=no", unit]);
      // The units of the machine that this runs on are looked at as well.
      const own = err.split("\n").filter((line) => line.includes("chat.service"));
      assertEquals([code, own], [0, []]);
    }
    const judged = ["security", "--offline=true", "--threshold=20", "--no-pager", unit];
    assertMatch(
      await toolOutput("systemd-analyze", judged),
      /exposure level for chat\.service: 1\.\d/,
    );
  },
);

Deno.test("the unit lets the server end in its own time", async () => {
  const unit = await Deno.readTextFile(
    new URL("../../../docs/operating/chat.service", import.meta.url),
  );
  assertMatch(unit, /^TimeoutStopSec=30s$/m);
  assertMatch(unit, /^ExecReload=\/bin\/kill -HUP \$MAINPID$/m);
  assert(!/^(KillMode|KillSignal|MemoryDenyWriteExecute)=/m.test(unit));
});
