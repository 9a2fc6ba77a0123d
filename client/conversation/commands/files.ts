/**
 * Commands for files: sent with a message, and saved.
 *
 * @module
 */
import { roughSize } from "../../../lib/text/sizes.ts";
import { line } from "../../lines/safe_line.ts";
import type { GivenArguments } from "../command_parser.ts";
import { downloadTo, uploadPath } from "../transfers.ts";
import { destinationOf } from "../model/place.ts";
import { type Command, type CommandScope, text } from "./command.ts";

export const fileCommands: readonly Command[] = [
  {
    name: "file",
    aliases: [],
    holdsBack: "same",
    sendsHere: true,
    takes: [{ name: "PATH", kind: "path" }, { ...text, optional: true }],
    help: "Send a file to the current chat, with a text if you like",
    example: "/file notes.txt here they are",
    run: sendFile,
  },
  {
    name: "save",
    aliases: [],
    holdsBack: "same",
    takes: [{ name: "FILE", kind: "number" }, { name: "PATH", kind: "path", optional: true }],
    help:
      "Save the file that a message shows as [file 12: ...] here, or at PATH; none is overwritten",
    example: "/save 12 ~/Downloads/",
    see: "history",
    missing: "there is no such file; FILE is the number in its brackets, as in [file 12: ...]",
    run: save,
  },
];

async function sendFile(scope: CommandScope, { path = "", text }: GivenArguments): Promise<void> {
  // Where it goes is where its user is now, however long it takes.
  const destination = destinationOf(scope.place);
  const { id } = await uploadPath(scope, path);
  scope.send({ ...(text !== undefined && { text }), ...destination, files: [id] });
}

async function save(scope: CommandScope, { number: id = 0, path }: GivenArguments): Promise<void> {
  const saved = await downloadTo(scope, { id, path });
  scope.say([line`Saved as ${saved.path} (${roughSize(saved.size)})`]);
}
