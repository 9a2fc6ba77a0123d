/**
 * Files as they are kept and as they are shown.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { looseFileLifeMs } from "../../../lib/domain/bounds.ts";
import {
  attachmentOf,
  attachmentsOf,
  isLoose,
  isUnsent,
  looseSinceMs,
  type StoredFile,
} from "../../../lib/domain/file.ts";
import type { FileId, MessageId, ScheduledId, UserId } from "../../../lib/domain/ids.ts";

const file: StoredFile = {
  id: 5 as FileId,
  owner: 1 as UserId,
  name: "a.txt",
  type: "text/plain",
  size: 3,
  sha256: "s",
  createdMs: 7,
};

Deno.test("isLoose() holds for a file that is in no message, sent or to be sent", () => {
  assertEquals(isLoose(file), true);
  assertEquals(isLoose({ ...file, message: 9 as MessageId }), false);
  assertEquals(isLoose({ ...file, scheduled: 9 as ScheduledId }), false);
});

Deno.test("isUnsent() holds for a file that is in no message that was sent", () => {
  assertEquals(isUnsent(file), true);
  assertEquals(isUnsent({ ...file, scheduled: 9 as ScheduledId }), true);
  assertEquals(isUnsent({ ...file, scheduled: 9 as ScheduledId, message: 9 as MessageId }), false);
});

Deno.test("attachmentsOf() are in the order of their upload", () => {
  const later = { ...file, id: 6 as FileId, name: "b" };
  assertEquals(attachmentsOf([later, file]).map(({ name }) => name), ["a.txt", "b"]);
});

Deno.test("attachmentOf() tells what readers see, and not whose it is", () => {
  assertEquals<unknown>(attachmentOf({ ...file, message: 9 as MessageId }), {
    id: 5,
    name: "a.txt",
    type: "text/plain",
    size: 3,
  });
});

Deno.test("looseSinceMs() gives an upload its hour", () => {
  assertEquals(looseSinceMs(10 * looseFileLifeMs), 9 * looseFileLifeMs);
});
