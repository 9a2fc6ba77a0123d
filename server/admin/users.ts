/**
 * Looking after users: who there is, what they may do, and how they come in.
 *
 * @module
 */
import { pageSizeMax, passwordCharactersMax } from "../../lib/domain/bounds.ts";
import type { TokenId } from "../../lib/domain/ids.ts";
import type { Role } from "../../lib/domain/role.ts";
import { isBanned, type User } from "../../lib/domain/user.ts";
import { UsageError } from "../../lib/options.ts";
import { randomText } from "../../lib/random.ts";
import { textFault } from "../../lib/text/bounded_text.ts";
import { countText } from "../../lib/text/counts.ts";
import { foldName } from "../../lib/text/names.ts";
import { Passwords } from "../api/passwords.ts";
import { CommandFailure, Left } from "../operator/failure.ts";
import { readSecretFile } from "../operator/secret_file.ts";
import type { OperatorTerminal } from "../operator/terminal.ts";
import type { Account } from "../store/oversight.ts";
import type { Store } from "../store/store.ts";
import { type Action, numberOf } from "./action.ts";
import { erased } from "./erasing.ts";
import { allOf } from "./paging.ts";
import { refusalOf } from "./refusals.ts";
import { momentOf, tableLines } from "./table.ts";

/** Random bytes in a password that is drawn: 20 characters. */
const drawnPasswordBytes = 15;

export const userActions: Readonly<Record<string, Action>> = {
  "users": {
    words: "",
    does: "Show all users: their roles, clients, reports and bans",
    async run({ chat: { store, clock } }) {
      const nowMs = clock.now();
      const accounts = await allOf<Account>((last) =>
        store.accounts({
          limit: pageSizeMax,
          ...(last !== undefined && { after: last.user.folded }),
        }, nowMs)
      );
      const rows = accounts.map(({ user, clients, lastSeenMs, reports }) => ({
        name: user.name,
        role: user.role,
        clients,
        last_seen: momentOf(lastSeenMs),
        reports,
        banned_until: isBanned(user, nowMs) ? momentOf(user.bannedUntilMs) : undefined,
        created: momentOf(user.createdMs),
      }));
      return {
        lines: tableLines(
          ["USER", "ROLE", "CLIENTS", "LAST SEEN", "REPORTS", "BANNED UNTIL", "CREATED"],
          rows.map((row) => Object.values(row)),
        ),
        json: { items: rows },
      };
    },
  },

  "role": {
    words: "USER owner|moderator|none",
    does: "Make a user an owner or a moderator, or neither",
    async run({ chat }, [name = "", word = ""]) {
      const role = roleOf(word);
      const { user } = await chat.carryOut({
        type: "role.set",
        user: foldName(name),
        ...(role !== undefined && { role }),
      });
      return {
        lines: [role === undefined ? `${user} has no role` : `${user} is ${article(role)} ${role}`],
        json: { user, role: role ?? "none" },
      };
    },
  },

  "reset-password": {
    words: "USER",
    does: "Give a user a new password and take all their clients' keys away",
    takes: ["password-file"],
    async run({ chat, values }, [name = ""]) {
      const file = values["password-file"];
      const password = file === undefined
        ? randomText(chat.random, drawnPasswordBytes)
        : passwordOf(file);
      const { revoked } = await chat.carryOut({
        type: "password.reset",
        user: foldName(name),
        passwordHash: await new Passwords(chat.random).hash(password),
      });
      return {
        // Alone, so that a script can take it.
        lines: file === undefined ? [password] : [],
        json: { user: name, revoked, ...(file === undefined && { password }) },
        hint: `${name} can sign in by the new password only; ${
          countText(revoked, "client")
        } signed out`,
      };
    },
  },

  "clients": {
    words: "USER",
    does: "Show the clients of a user, each with its number",
    async run({ chat: { store } }, [name = ""]) {
      const user = await knownUser(store, name);
      const rows = (await store.tokensOf(user.id)).map((token) => ({
        id: token.id,
        client: token.client,
        created: momentOf(token.createdMs),
        last_seen: momentOf(token.lastSeenMs),
      }));
      return {
        lines: rows.length === 0 ? [`${user.name} has no clients`] : tableLines(
          ["NUMBER", "CLIENT", "CREATED", "LAST SEEN"],
          rows.map((row) => Object.values(row)),
        ),
        json: { items: rows },
      };
    },
  },

  "revoke": {
    words: "USER [CLIENT]",
    does: "Take the key of a client away, by its number, or of --all",
    takes: ["all"],
    async run({ chat, values }, [name = "", client]) {
      const user = foldName(name);
      if ((client === undefined) !== (values.all === true)) {
        throw new UsageError(
          "Cannot revoke: give the number of a client (chat admin clients USER), or --all",
        );
      }
      const { revoked } = await chat.carryOut({
        type: "clients.revoke",
        user,
        ...(client !== undefined && { token: numberOf<TokenId>("a client", client) }),
      });
      return {
        lines: [`${countText(revoked, "client")} of ${name} signed out`],
        json: { user: name, revoked },
      };
    },
  },

  "delete-user": {
    words: "USER",
    does: "Delete a user and all that they have said",
    takes: ["yes"],
    async run({ chat, values, terminal }, [name = ""]) {
      const known = await knownUser(chat.store, name);
      if (values.yes !== true) await confirm(known.name, terminal);
      const { user } = await chat.carryOut({ type: "user.delete", user: known.folded });
      const isErased = await erased(chat, user);
      return {
        lines: [
          isErased
            ? `${known.name} and all that they said is deleted`
            : `${known.name} is deleted; the server goes on erasing what they said`,
        ],
        json: { user: known.name, erased: isErased },
      };
    },
  },
};

async function knownUser(store: Store, name: string): Promise<User> {
  const user = await store.findUser(foldName(name));
  if (user === undefined) throw refusalOf({ code: "not_found", what: "user" }, { user: name });
  return user;
}

function roleOf(word: string): Role | undefined {
  if (word === "owner" || word === "moderator") return word;
  if (word === "none") return undefined;
  throw new UsageError(`Cannot take ${JSON.stringify(word)} for a role: owner, moderator or none`);
}

function article(role: Role): string {
  return role === "owner" ? "an" : "a";
}

function passwordOf(file: string): string {
  const password = readSecretFile(file);
  const fault = textFault(password, passwordCharactersMax);
  if (fault !== undefined) throw new CommandFailure(`The password in ${file} ${fault}`);
  return password;
}

/** Asks whether someone is really to be deleted. */
async function confirm(name: string, terminal: OperatorTerminal): Promise<void> {
  if (terminal.ask === undefined) {
    throw new CommandFailure("Cannot ask whether you are sure; say --yes");
  }
  const answer = await terminal.ask(
    `This deletes all that ${name} has said, for good. Type the name to go on: `,
    { echo: true },
  );
  if (answer === undefined) throw new Left();
  if (answer !== name) throw new CommandFailure(`${name} is not deleted: that was another name`);
}
