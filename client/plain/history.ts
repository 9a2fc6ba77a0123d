/**
 * `chat history`: prints what was said lately.
 *
 * @module
 */
import type { Message } from "../../lib/api/schemas.ts";
import { pageSizeMax } from "../../lib/domain/bounds.ts";
import { type CommandLine, exitCodes, type Invocation } from "../../lib/command_line.ts";
import { UsageError } from "../../lib/options.ts";
import { openAccount, signedIn, type Surroundings } from "../account/account.ts";
import { historyOptions } from "../account/config.ts";
import type { ApiClient } from "../connection/api_client.ts";
import type { Destination } from "../connection/outbox.ts";
import { DaySeparator, messageLines } from "../lines/message_lines.ts";
import { systemSurroundings } from "../surroundings.ts";
import { checkDestination, findDestination } from "./destination.ts";
import { explained, type Output, systemOutput } from "./output.ts";

export const historyCommand: CommandLine = {
  usage: "history [--to USER | --room ROOM] [-n N] [--json]",
  summary: "Print what was said lately",
  options: historyOptions,
  examples: [
    ["chat history", "the last messages of the common chat"],
    ["chat history --to bob -n 100", "of the private chat with bob"],
    ["chat history --room garden --json", "for a script"],
  ],
  run: (invocation) => runHistory(invocation, systemOutput, systemSurroundings),
};

/** Runs it; resolves to the exit code. Nothing is marked as read. */
export function runHistory(
  { args, environment }: Invocation,
  output: Output,
  surroundings: Surroundings,
): Promise<number> {
  return explained(output, "show the history", async () => {
    const { account, values, rest } = await openAccount({
      table: historyOptions,
      args,
      environment,
      surroundings,
    });
    if (rest.length > 0) throw new UsageError(`Cannot understand ${JSON.stringify(rest[0])}`);
    checkDestination(values);
    const messages = await signedIn(
      account,
      async (api) => fetchLast(api, await findDestination(values, api), values.lines),
    );
    const { data } = output.coloured({ wish: values.color, environment });
    const view = { user: account.user };
    const days = new DaySeparator(view);
    for (const message of messages) {
      if (values.json) {
        output.json(message);
        continue;
      }
      const separator = days.before(message);
      if (separator !== undefined) data(separator);
      for (const each of messageLines(message, view)) data(each);
    }
    return exitCodes.ok;
  });
}

/** The newest `count` messages, oldest first, page after page back from the end. */
async function fetchLast(
  api: ApiClient,
  destination: Destination,
  count: number,
): Promise<readonly Message[]> {
  let messages: Message[] = [];
  for (;;) {
    const before = messages[0]?.id;
    const { items, has_more } = await api.call("listMessages", {
      query: {
        ...destination,
        limit: Math.min(count - messages.length, pageSizeMax),
        ...(before !== undefined && { before }),
      },
    });
    messages = [...items, ...messages];
    if (!has_more || items.length === 0 || messages.length >= count) return messages;
  }
}
