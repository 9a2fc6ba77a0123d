/**
 * A conversation among three people, as one of them sees it on her terminal.
 *
 * @module
 */
import { Company, prompt } from "../e2e/terminal/company.ts";
import type { CursorPlace } from "../support/tmux.ts";

/** What a terminal shows in the end, without the rows that nothing has reached. */
export interface Scene {
  readonly columns: number;
  /** With the escape sequences of their colours. */
  readonly rows: readonly string[];
  readonly cursor: CursorPlace;
}

const columns = 88;
/** More than the conversation takes. */
const rows = 40;

/**
 * Has a server started and two people sit down at it, while a third one talks by HTTP.
 *
 * Each step is seen on the screen before the next one, so that all runs tell the same.
 */
export async function playStory(): Promise<Scene> {
  await using company = await Company.gather([]);
  const environment = { NO_COLOR: undefined, TZ: "UTC" };
  const alice = await company.seat("alice", { columns, rows, environment });
  const boris = await company.seat("Борис", { columns, rows, environment });
  const carol = await company.guest("carol");

  await carol.say("good evening! who is in for the garden on Saturday? 🌱");
  const asked = (await alice.sees(/carol good evening! .* #(\d+)/))[1] ?? "";
  await boris.sees("good evening!");
  await boris.enter("Привет! Я приду, и лопату возьму 👋");
  await alice.sees("лопату");
  await alice.enter("me too, with cake 🍰");
  await boris.sees("with cake");
  await boris.enter(`/comment ${asked} should we say ten o'clock, or is that too early?`);
  await alice.sees("too early?");
  await carol.say("@alice is it the one with plums again? please say yes");
  await alice.sees("plums");
  await boris.enter("/private alice it is carol's birthday, shall we bring a candle?");
  await alice.sees("candle");
  await alice.enter("/private Борис yes! not a word to her 🤫");
  await boris.sees("not a word");
  await alice.enter("/create garden");
  await alice.sees(/garden is made/);
  await alice.enter("/invite Борис garden");
  await alice.sees("is invited into garden");
  await boris.enter("/accept garden");
  await alice.sees("Борис is in garden");
  await boris.enter("/room garden");
  await boris.sees(prompt("garden"));
  await Deno.writeTextFile(company.workspace.path("plan.txt"), "Beans by the wall.\n".repeat(120));
  await boris.enter("/file plan.txt where the beans could go");
  await alice.sees("plan.txt");
  await carol.say("ten is fine. I bring the seeds");
  await alice.sees("the seeds");

  await alice.type("/co");
  await alice.sees(/> \/co/);
  const cursor = await alice.cursor();
  const screen = await alice.screen();
  const last = Math.max(cursor.row, screen.findLastIndex((row) => row.trim() !== ""));
  return { columns, rows: (await alice.styled()).slice(0, last + 1), cursor };
}
