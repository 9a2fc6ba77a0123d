/**
 * Looking into rooms, and taking messages out of them.
 *
 * @module
 */
import { pageSizeMax } from "../../lib/domain/bounds.ts";
import type { MessageId } from "../../lib/domain/ids.ts";
import type { RoomAccount } from "../store/oversight.ts";
import { type Action, numberOf } from "./action.ts";
import { removeGoneFiles } from "./gone_files.ts";
import { allOf } from "./paging.ts";
import { momentOf, tableLines } from "./table.ts";

export const roomActions: Readonly<Record<string, Action>> = {
  "rooms": {
    words: "",
    does: "Show all rooms that users have made",
    async run({ chat: { store } }) {
      const rooms = await allOf<RoomAccount>((last) =>
        store.allRooms({ limit: pageSizeMax, ...(last !== undefined && { after: last.id }) })
      );
      const rows = rooms.map(({ id, name, owner, members, messages, createdMs }) => ({
        id,
        name,
        owner: owner.name,
        members,
        messages,
        created: momentOf(createdMs),
      }));
      return {
        lines: rows.length === 0 ? ["There are no rooms but the common one"] : tableLines(
          ["ROOM", "NAME", "OWNER", "MEMBERS", "MESSAGES", "CREATED"],
          rows.map((row) => Object.values(row)),
        ),
        json: { items: rows },
      };
    },
  },
  "delete-message": {
    words: "MESSAGE",
    does: "Take a message away from everyone, wherever it was said",
    async run({ chat }, [word = ""]) {
      const message = numberOf<MessageId>("a message", word);
      await chat.carryOut({ type: "message.delete", message });
      await removeGoneFiles(chat);
      return { lines: [`Message ${message} is deleted`], json: { message } };
    },
  },
};
