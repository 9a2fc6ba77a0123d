import { assert, assertEquals, assertRejects } from "@std/assert";
import { Interruption } from "../../../client/ending.ts";
import { askPassword } from "../../../client/terminal/password_prompt.ts";
import { VirtualTerminal } from "../../support/virtual_terminal.ts";

function reading(...typed: string[]): () => Promise<Uint8Array | undefined> {
  const chunks = typed.map((text) => new TextEncoder().encode(text));
  return () => Promise.resolve(chunks.shift());
}

Deno.test("askPassword() shows nothing of what is typed, and gives the terminal back", async () => {
  const terminal = new VirtualTerminal({ columns: 80, rows: 24 });
  const password = await askPassword("Password: ", terminal, reading("sesaм", "x\x7f", "e\r"));
  assertEquals(password, "sesaмe");
  assertEquals(terminal.written, "Password: \r\n");
  assert(!terminal.raw);
});

for (const [how, typed] of [["Ctrl-C", "ab\x03"], ["Ctrl-D", "\x04"], ["the end", "ab"]] as const) {
  Deno.test(`askPassword() is interrupted by ${how}, and gives the terminal back`, async () => {
    const terminal = new VirtualTerminal({ columns: 80, rows: 24 });
    await assertRejects(() => askPassword("?", terminal, reading(typed)), Interruption);
    assert(!terminal.raw);
  });
}
