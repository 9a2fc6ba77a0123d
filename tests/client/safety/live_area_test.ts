/**
 * The live area shows nothing that commands a terminal, and no row of it is too wide.
 *
 * @module
 */
import { assert } from "@std/assert";
import * as fc from "fast-check";
import { commands } from "../../../client/conversation/commands.ts";
import { progressBar } from "../../../client/lines/progress_bar.ts";
import { Line, line, styled } from "../../../client/lines/safe_line.ts";
import { columnsAtMost, graphemes } from "../../../lib/text/text_width.ts";
import { layOut } from "../../../client/terminal/screen/live_area.ts";
import { TerminalScreen } from "../../../client/terminal/screen/screen.ts";
import type { Choices } from "../../../client/terminal/completion/completion.ts";
import { suggest } from "../../../client/terminal/completion/suggestions.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";
import { VirtualTerminal } from "../../support/virtual_terminal.ts";
import { forgery, hostileText } from "./hostile_values.ts";
import { assertSafeLine } from "./looks.ts";

const size = fc.record({
  columns: fc.constantFrom(1, 4, 20, 80, 300),
  rows: fc.constantFrom(1, 3, 10, 50),
});
const someText = fc.array(hostileText, { maxLength: 3 });

/** What is typed in the first place: each command, its arguments, and what is no command. */
const typed = fc.oneof(
  fc.tuple(fc.constantFrom(...commands), hostileText).map(([{ name }, text]) => `/${name} ${text}`),
  fc.constantFrom(...commands).map(({ name }) => `/${name.slice(0, 3)}`),
  hostileText,
);

Deno.test("layOut() draws no row that commands a terminal or is wider than it", () => {
  fc.assert(
    fc.property(hostileText, hostileText, hostileText, someText, someText, size, (
      name,
      before,
      after,
      suggestions,
      status,
      given,
    ) => {
      const { rows, beforeCursor } = layOut({
        prompt: line`${styled("private", `>> ${name}`)}> `,
        draft: { before: graphemes(before), after: graphemes(after) },
        suggestions: suggestions.map((each) => Line.of(each)),
        progress: progressBar({ name, doneBytes: 1, totalBytes: 2 }),
        status: status.map((each) => Line.of(each)),
      }, given);
      for (const row of [...rows, beforeCursor]) {
        assertSafeLine(row, undefined);
        assert(columnsAtMost(row.plain) <= Math.max(2, given.columns), JSON.stringify(row.plain));
      }
    }),
    { numRuns: 300 },
  );
});

Deno.test("suggest() tells nothing that commands a terminal or is wider than it", () => {
  fc.assert(
    fc.property(typed, someText, size, (before, names, { columns }) => {
      const choices: Choices = {
        commands,
        users: names,
        askers: names,
        rooms: names,
        invitations: names,
        messages: names.map((text, id) => ({ id, author: text, text, mine: id % 2 === 0 })),
        files: names.map((name, id) => ({ id, name })),
        paths: () => ({ paths: names, complete: true }),
      };
      for (const row of suggest(before, choices, { columns })) {
        assertSafeLine(row, undefined);
        assert(columnsAtMost(row.plain) <= columns, JSON.stringify(row.plain));
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("TerminalScreen lets nothing that others have sent begin a row", () => {
  fc.assert(
    fc.property(
      fc.array(hostileText, { minLength: 1, maxLength: 5 }),
      fc.constantFrom(20, 40, 80),
      fc.boolean(),
      fc.boolean(),
      (texts, columns, joins, colour) => {
        const terminal = new VirtualTerminal({ columns, rows: 20, joins });
        const clock = new VirtualClock();
        const screen = new TerminalScreen(terminal, { colour, reflows: true, clock });
        screen.open();
        screen.print(texts.map((each) => line`The room ${styled("bold", each)} is gone`));
        clock.advance(1000);
        screen.close();
        const start = forgery.slice(0, 5);
        for (const row of terminal.lines()) assert(!row.startsWith(start), row);
      },
    ),
    { numRuns: 200 },
  );
});
