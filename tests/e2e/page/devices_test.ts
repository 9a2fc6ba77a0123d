/**
 * The devices of a user: seen on the page, and signed out there.
 *
 * @module
 */
import { onThePage } from "./visit.ts";

onThePage("devices are listed and signed out, terminals among them", async (visit) => {
  const password = "open-sesame";
  const alice = await visit.join({ name: "alice", password });
  const desk = await visit.company.seat("alice", { environment: { CHAT_PASSWORD: password } });
  const phone = await visit.join({ name: "alice", password });
  await alice.press("Devices");
  await alice.sees(/^Chrome on Linux\s*this one$/m);
  await alice.sees(/^Chrome on Linux\s*last seen \d\d:\d\d$/m);
  await alice.sees(/^chat on .*\s*last seen \d\d:\d\d$/m);
  await alice.press(/^Sign out chat on /);
  await desk.sees("this client is signed out; start it anew to sign in");
  await alice.misses("chat on ");
  await alice.press("Sign out Chrome on Linux");
  await phone.sees("You were signed out from elsewhere.");
  await alice.misses("last seen");
  await alice.press("Close");
  await alice.say("here is still one of us");
  await alice.reads("here is still one of us");
});

onThePage("a password that is set signs the other devices out", async (visit) => {
  const alice = await visit.join({ name: "alice", password: "first" });
  const phone = await visit.join({ name: "alice", password: "first" });
  await alice.press("alice Profile");
  await alice.unfold("Set a password");
  for (
    const [field, text] of [
      ["Old password, if you have one", "first"],
      ["New password", "second"],
      ["New password again", "2nd"],
    ] as const
  ) await alice.fill(field, text);
  await alice.press("Set the password");
  await alice.sees("Cannot set the password: these were not the same");
  await alice.fill("New password again", "second");
  await alice.press("Set the password");
  await alice.sees("It is set. Your other devices are signed out.");
  await phone.sees("You were signed out from elsewhere.");
  await phone.fill(/^Password/, "first");
  await phone.press("Join");
  await phone.sees("The password is wrong.");
  await phone.fill(/^Password/, "second");
  await phone.press("Join");
  await phone.isIn("to the common chat");
});
