/**
 * `chat tail`: prints what happens, until it is stopped.
 *
 * @module
 */
import type { ConnectAnswer, Message } from "../../lib/api/schemas.ts";
import { type CommandLine, exitCodes, type Invocation } from "../../lib/command_line.ts";
import { UsageError } from "../../lib/options.ts";
import { openAccount, signIn, type Surroundings } from "../account/account.ts";
import { tailOptions } from "../account/config.ts";
import { Session, type SessionNews } from "../connection/session.ts";
import { emptyModel, type Model, update } from "../conversation/model.ts";
import { messageLines } from "../lines/message_lines.ts";
import { roomTitle } from "../lines/room_titles.ts";
import { line } from "../lines/safe_line.ts";
import { StateTalk } from "../lines/state_line.ts";
import { systemSurroundings } from "../surroundings.ts";
import { explained, type Output, systemOutput } from "./output.ts";

export const tailCommand: CommandLine = {
  usage: "tail [--json] [--since CURSOR]",
  summary: "Print what is said, as it is said; resumes by itself",
  options: tailOptions,
  examples: [
    ["chat tail", "messages as lines of text"],
    ["chat tail --json | jq 'select(.type == \"message\")'", "events as lines of JSON"],
    ["chat tail --json --since k3f9-4187", "go on where the last one ended"],
  ],
  run: (invocation) => runTail(invocation, systemOutput, systemSurroundings),
};

/**
 * Runs it; resolves to the exit code.
 *
 * Nothing is marked as read: a log that is written to a file is not a person who has seen it.
 */
export function runTail(
  { args, environment }: Invocation,
  output: Output,
  surroundings: Surroundings,
): Promise<number> {
  return explained(output, "follow", async () => {
    const { account, values, rest } = await openAccount({
      table: tailOptions,
      args,
      environment,
      surroundings,
    });
    if (rest.length > 0) throw new UsageError(`Cannot understand ${JSON.stringify(rest[0])}`);
    const { api, answer } = await signIn(account);
    let broken: unknown;
    const printer = new Printer(output.coloured({ wish: values.color, environment }), {
      answer,
      json: values.json,
    });
    const session = new Session({
      api,
      clock: surroundings.clock,
      random: surroundings.random,
      tell(news) {
        try {
          printer.print(news);
        } catch (failure) {
          broken ??= failure;
          void session.close();
        }
      },
    });
    session.start({ ...answer, unread_more: false }, {
      ...(values.since !== undefined && { after: values.since }),
    });
    const failure = await session.stopped();
    if (broken !== undefined) throw broken;
    if (failure !== undefined) throw failure;
    return exitCodes.ok;
  });
}

class Printer {
  readonly #output: Output;
  readonly #json: boolean;
  /** What rooms and people are called. */
  #model: Model;
  readonly #states = new StateTalk();

  constructor(
    output: Output,
    { answer, json }: { readonly answer: ConnectAnswer; readonly json: boolean },
  ) {
    this.#output = output;
    this.#json = json;
    this.#model = update(emptyModel(answer.user), { type: "connected", answer });
  }

  print(news: SessionNews): void {
    switch (news.type) {
      case "event":
        this.#model = update(this.#model, news.event);
        if (this.#json) this.#output.json({ cursor: news.cursor, ...news.event });
        else if (news.event.type === "message") this.#printMessage(news.event);
        return;
      case "connected":
        if (news.resetBy === undefined) return;
        this.#output.talk(line`chat: Cannot resume (${news.resetBy}); going on from now`);
        return;
      case "unknown":
        this.#output.talk(
          line`chat: Skipped an event that this version does not know: ${news.eventType}`,
        );
        return;
      case "state": {
        this.#model = update(this.#model, news);
        const words = this.#states.about(news.state);
        if (words !== undefined) this.#output.talk(line`chat: ${words}`);
      }
    }
  }

  #printMessage(message: Message): void {
    const elsewhere = message.room === "common" ? undefined : roomTitle(this.#model, message.room);
    const lines = messageLines(message, { user: this.#model.user }, { elsewhere });
    for (const each of lines) this.#output.data(each);
  }
}
