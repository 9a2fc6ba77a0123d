/**
 * Commands about one's own clients, and the password that lets more of them in.
 *
 * @module
 */
import { momentText } from "../../lines/quantities.ts";
import { line, styled } from "../../lines/safe_line.ts";
import { Misunderstood } from "../command_parser.ts";
import type { Command, CommandScope } from "./command.ts";

export const deviceCommands: readonly Command[] = [
  {
    name: "devices",
    aliases: [],
    takes: [],
    help: "Show the clients that you are signed in with",
    run: showDevices,
  },
  {
    name: "revoke",
    aliases: [],
    takes: [{ name: "N", kind: "number" }],
    help: "Sign one of your clients out; N is its number in /devices",
    example: "/revoke 4",
    see: "devices",
    missing: "you have no such client",
    async run(scope, { number: id = 0 }) {
      await scope.call("revokeToken", { path: { id } });
      scope.happened({ type: "token.revoked", token: id });
    },
  },
  {
    name: "password",
    aliases: [],
    asks: true,
    takes: [],
    help: "Set or change your password, and sign your other clients out",
    see: "devices",
    run: changePassword,
  },
];

async function showDevices(scope: CommandScope): Promise<void> {
  const { items } = await scope.call("listTokens");
  scope.say(items.map(({ id, client, last_seen, current }) => {
    const seen = momentText(last_seen, scope);
    const mark = current ? styled("own", " (this one)") : line``;
    return line`${String(id).padStart(4)}  ${client ?? "unnamed"}, last seen ${seen}${mark}`;
  }));
}

async function changePassword(scope: CommandScope): Promise<void> {
  const { askSecret } = scope;
  if (askSecret === undefined) {
    throw new Misunderstood("a password is asked for on a terminal only, where nobody sees it");
  }
  const old = await askSecret("Old password (none: just Enter): ");
  const password = old === undefined ? undefined : await askSecret("New password: ");
  if (old === undefined || password === undefined || password === "") {
    scope.say([line`The password stays as it is`]);
    return;
  }
  if (await askSecret("The new one again: ") !== password) {
    scope.say([line`These were not the same; the password stays as it is`]);
    return;
  }
  await scope.call("changeProfile", {
    body: { password, ...(old !== "" && { old_password: old }) },
  });
  scope.say([line`The password is set; your other clients are signed out`]);
}
