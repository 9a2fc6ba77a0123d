import { assert, assertEquals, assertRejects } from "@std/assert";
import { line, styled } from "../../../client/lines/safe_line.ts";
import { askPassword, Interrupted } from "../../../client/terminal/password_prompt.ts";
import { type Terminal, TerminalScreen } from "../../../client/terminal/screen.ts";

class FakeTerminal implements Terminal {
  written = "";
  raw = false;
  write(text: string): void {
    this.written += text;
  }
  setRaw({ raw }: { readonly raw: boolean }): void {
    this.raw = raw;
  }
  columns(): number {
    return 80;
  }
  /** What was written since the last call. */
  take(): string {
    const { written } = this;
    this.written = "";
    return written;
  }
}

Deno.test("TerminalScreen prints above the row, which it draws again with its cursor", () => {
  const terminal = new FakeTerminal();
  const screen = new TerminalScreen(terminal, { colour: false });
  screen.open();
  screen.draw({ row: line`common> half`, cursorColumn: 10 });
  terminal.take();
  screen.print([styled("bold", "one"), line`two`]);
  assertEquals(terminal.take(), "\r\x1b[Jone\r\ntwo\r\ncommon> half\r\x1b[10C");
});

Deno.test("TerminalScreen gives the terminal back once, and then only prints", () => {
  const terminal = new FakeTerminal();
  const screen = new TerminalScreen(terminal, { colour: true });
  screen.open();
  assert(terminal.raw);
  assertEquals(terminal.take(), "\x1b[?2004h");
  screen.close();
  screen.close();
  assert(!terminal.raw);
  assertEquals(terminal.take(), "\r\x1b[J\x1b[?2004l");
  screen.draw({ row: line`> `, cursorColumn: 2 });
  screen.print([styled("bold", "bye")]);
  assertEquals(terminal.take(), "\x1b[1mbye\x1b[0m\r\n");
});

function reading(...typed: string[]): () => Promise<Uint8Array | undefined> {
  const chunks = typed.map((text) => new TextEncoder().encode(text));
  return () => Promise.resolve(chunks.shift());
}

Deno.test("askPassword() shows nothing of what is typed, and gives the terminal back", async () => {
  const terminal = new FakeTerminal();
  const password = await askPassword("Password: ", terminal, reading("sesaм", "x\x7f", "e\r"));
  assertEquals(password, "sesaмe");
  assertEquals(terminal.take(), "Password: \r\n");
  assert(!terminal.raw);
});

for (const [how, typed] of [["Ctrl-C", "ab\x03"], ["Ctrl-D", "\x04"], ["the end", "ab"]] as const) {
  Deno.test(`askPassword() is interrupted by ${how}, and gives the terminal back`, async () => {
    const terminal = new FakeTerminal();
    await assertRejects(() => askPassword("?", terminal, reading(typed)), Interrupted);
    assert(!terminal.raw);
  });
}
