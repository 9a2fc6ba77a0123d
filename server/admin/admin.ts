/**
 * `chat admin`: looks into the chat and puts it right, whether a server is running or not.
 *
 * @module
 */
import { type CommandLine, exitCodes } from "../../lib/command_line.ts";
import { readOptions, UsageError } from "../../lib/options.ts";
import { writeAll, writeIfHeard } from "../../lib/output.ts";
import { terminalJson } from "../../lib/text/json.ts";
import { explained } from "../operator/failure.ts";
import type { OperatorTerminal } from "../operator/terminal.ts";
import { type Action, adminOptions, type Flag, refuseUseless, requireWords } from "./action.ts";
import { auditActions } from "./audit.ts";
import { banActions } from "./bans.ts";
import { databaseActions } from "./database.ts";
import { inviteActions } from "./invites.ts";
import { openChat } from "./open_chat.ts";
import { reportActions } from "./reports.ts";
import { roomActions } from "./rooms.ts";
import { userActions } from "./users.ts";

/** All that an operator can do, by name. */
export const actions: Readonly<Record<string, Action>> = {
  ...userActions,
  ...banActions,
  ...reportActions,
  ...roomActions,
  ...inviteActions,
  ...auditActions,
  ...databaseActions,
};

/** The command, at a terminal. */
export function adminCommand(terminal: OperatorTerminal): CommandLine {
  return {
    usage: "admin ACTION [USER | MESSAGE] [--db FILE] [--json]",
    summary: "Look into the chat and put it right, with the server up or down",
    options: adminOptions,
    examples: Object.entries(actions).map(([name, { words, does }]) => [
      `chat admin ${[name, words].filter((word) => word !== "").join(" ")}`,
      does,
    ]),
    run({ args, environment }) {
      const { values, sources, rest: [name, ...words] } = readOptions(
        adminOptions,
        args,
        environment,
      );
      if (name === undefined) {
        throw new UsageError("No action is given; see chat help admin");
      }
      const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
      if (action === undefined) {
        throw new UsageError(`Unknown action ${JSON.stringify(name)}; see chat help admin`);
      }
      requireWords(name, action, words);
      const given = (Object.keys(sources) as Flag[]).filter((flag) =>
        sources[flag] === "arguments"
      );
      refuseUseless(name, action, given);
      return explained(async () => {
        const chat = openChat(values.db);
        try {
          const { lines, json, hint } = await action.run({ chat, values, terminal }, words);
          const text = values.json === true ? [terminalJson(json)] : lines;
          writeAll(Deno.stdout, text.map((line) => `${line}\n`).join(""));
          if (hint !== undefined && values.json !== true) writeIfHeard(Deno.stderr, `${hint}\n`);
          return exitCodes.ok;
        } finally {
          await chat.close();
        }
      });
    },
  };
}
