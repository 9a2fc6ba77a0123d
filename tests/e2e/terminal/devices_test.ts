/**
 * One user before two terminals: what is done on one is seen on the other.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { TmuxTerminal } from "../../support/tmux.ts";
import { type Company, inCompany, prompt, said, tells, times } from "./company.ts";

/** The same user on two devices. */
async function bothOf(company: Company): Promise<readonly [TmuxTerminal, TmuxTerminal]> {
  const environment = { CHAT_PASSWORD: "open-sesame" };
  const desk = await company.seat("alice", { device: "desk", environment, columns: 100 });
  return [desk, await company.seat("alice", { device: "phone", environment, columns: 100 })];
}

inCompany("what is sent on one is shown on the other, once", async (company) => {
  const [desk, phone] = await bothOf(company);
  await company.guest("bob");
  await desk.enter("from the desk");
  await desk.sees(said("alice", "from the desk", "✓"));
  await phone.sees(said("alice", "from the desk"));
  await phone.enter("/private bob from the phone");
  await phone.sees(said("alice → bob", "from the phone", "✓ >>"));
  await desk.sees(said("alice → bob", "from the phone", ">>"));
  await desk.enter("/create garden");
  await phone.sees("garden is made");
  await desk.enter("/delay 10 later");
  const [, id] = await phone.sees(/^(\d+) will be sent at /m);
  await phone.enter(`/cancel ${id}`);
  await desk.sees(`${id} is cancelled`);
  for (const terminal of [desk, phone]) {
    const lines = await terminal.lines();
    for (const text of ["from the desk #", "from the phone #", "garden is made", "is cancelled"]) {
      assertEquals(times(lines, text), 1, lines.join("\n"));
    }
  }
});

inCompany("what is read on one is not unread on the other any more", async (company) => {
  const [desk, phone] = await bothOf(company);
  const bob = await company.guest("bob");
  await bob.say("are you there?", { to: "alice" });
  await bob.say("hello?", { to: "alice" });
  for (const terminal of [desk, phone]) {
    await terminal.sees(said("bob → alice", "hello?", ">>"));
    await tells(terminal, /live · common · >>bob 2/);
  }
  await phone.enter("/query bob");
  await phone.sees(prompt(">> bob"));
  await tells(phone, /live · >>bob(?! \d)/);
  await tells(desk, /live · common(?!.*>>bob)/);
});

inCompany("an answer on one reads what it answers on the other", async (company) => {
  const [desk, phone] = await bothOf(company);
  const bob = await company.guest("bob");
  await bob.say("tea?", { to: "alice" });
  await tells(desk, />>bob 1/);
  await tells(phone, />>bob 1/);
  await desk.enter("/private bob yes");
  await tells(desk, /live · common(?!.*>>bob)/);
  await tells(phone, /live · common(?!.*>>bob)/);
});
