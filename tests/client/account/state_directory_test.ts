import { assertEquals, assertThrows } from "@std/assert";
import { stateDirectory } from "../../../client/account/state_directory.ts";
import { ShelfFault } from "../../../client/connection/outbox.ts";

Deno.test("stateDirectory is where each system keeps state", () => {
  const home = { HOME: "/home/al", LOCALAPPDATA: "C:\\local", USERPROFILE: "C:\\al" };
  assertEquals(stateDirectory(home, "linux"), "/home/al/.local/state/chat");
  assertEquals(stateDirectory(home, "darwin"), "/home/al/Library/Application Support/chat");
  assertEquals(stateDirectory(home, "windows"), "C:\\local\\chat");
  for (const os of ["linux", "darwin", "windows"] as const) {
    assertEquals(stateDirectory({ ...home, XDG_STATE_HOME: "/state" }, os), "/state/chat");
  }
});

Deno.test("stateDirectory ignores a relative or empty XDG_STATE_HOME", () => {
  for (const xdg of ["state", "./state", ""]) {
    const environment = { HOME: "/home/al", XDG_STATE_HOME: xdg };
    assertEquals(stateDirectory(environment, "linux"), "/home/al/.local/state/chat");
  }
});

Deno.test("stateDirectory fails in words without a home", () => {
  assertThrows(() => stateDirectory({}, "linux"), ShelfFault, "neither XDG_STATE_HOME nor HOME");
});
