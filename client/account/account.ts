/**
 * Signs a user in: with the token that is kept, with a password, or by taking a free name.
 *
 * @module
 */
import { checkedForms } from "../connection/checked_forms.ts";
import type { ConnectAnswer } from "../../lib/api/schemas.ts";
import type { Clock } from "../../lib/clock.ts";
import { type OptionTable, type OptionValues, UsageError } from "../../lib/options.ts";
import type { Random } from "../../lib/random.ts";
import { terminalSafe } from "../../lib/text/terminal.ts";
import { ApiClient, type Transport } from "../connection/api_client.ts";
import {
  ApiProblem,
  BadAnswer,
  InviteNeeded,
  isPassing,
  isUnanswered,
  isUnauthorized,
  NameTaken,
} from "../connection/failures.ts";
import { readFault } from "../connection/network_faults.ts";
import { newKey, persist } from "../connection/persistence.ts";
import {
  type accountOptions,
  inviteCode,
  readClientOptions,
  readPassword,
  readUserWord,
} from "./config.ts";
import { configDirectory, TokenFile } from "./token_file.ts";

/** How often a password or an invitation may be mistyped. */
export const passwordAttemptsMax = 3;

/** Most names that are shown of those who have signed in from here. */
const namesShownMax = 5;

/** Asks its user for what nobody else may see. */
export type AskSecret = (question: string) => Promise<string>;

/** What the program is run with; a test puts others in place. */
export interface Surroundings {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  /** Absent where nobody can be asked. */
  readonly askSecret?: AskSecret | undefined;
}

/** A user of a server, before the server has agreed. */
export interface Account {
  readonly user: string;
  readonly password: string | undefined;
  /** The code of an invitation, by which the name can be taken where that takes one. */
  readonly invite?: string | undefined;
  readonly tokens: TokenFile;
  /** Without a token. */
  readonly api: ApiClient;
  /** How this client is called in the list of the user's clients. */
  readonly label: string;
  readonly clock: Clock;
  readonly random: Random;
  /** For the password of a name that is taken, or an invitation; absent where nobody can be asked. */
  readonly askSecret?: AskSecret | undefined;
}

/** Signed in: a client with a token, and what the server said. */
export interface SignedIn {
  readonly api: ApiClient;
  readonly answer: ConnectAnswer;
}

/**
 * Reads a command's options as an account.
 *
 * @throws {UsageError} if the options can't be understood, or don't tell who the user is.
 */
export async function openAccount<Table extends typeof accountOptions & OptionTable>(
  { table, args, environment, positionalUser = false, surroundings }: {
    readonly table: Table;
    readonly args: readonly string[];
    readonly environment: Readonly<Record<string, string | undefined>>;
    /** Whether the first word is the user's name: `chat client alice`. */
    readonly positionalUser?: boolean;
    readonly surroundings: Surroundings;
  },
): Promise<{ account: Account; values: OptionValues<Table>; rest: readonly string[] }> {
  const read = readClientOptions(table, args, environment);
  let { rest } = read;
  const { values, origin } = read;
  const named: OptionValues<typeof accountOptions> = values;
  const directory = configDirectory(environment);
  const tokens = new TokenFile({ directory, random: surroundings.random });
  let user = named.user;
  const [first] = rest;
  if (positionalUser && first !== undefined) {
    // The word is what was typed; CHAT_USER may be the one from yesterday.
    user = readUserWord(first);
    rest = rest.slice(1);
  }
  user ??= await onlyUser(tokens, origin);
  const password = await readPassword(named["password-file"], environment);
  const { transport, clock, random, askSecret } = surroundings;
  const api = new ApiClient({ forms: checkedForms, readFault, origin, transport, clock });
  const label = deviceLabel();
  const { invite } = named;
  const account = { user, password, invite, tokens, api, label, clock, random, askSecret };
  return { account, values, rest };
}

/** Who this is when they did not say: the only one who has been here before. */
async function onlyUser(tokens: TokenFile, origin: string): Promise<string> {
  const known = await tokens.users(origin);
  const [only, other] = known;
  if (only !== undefined && other === undefined) return only.name;
  const shown = known.slice(0, namesShownMax).map(({ name }) => name).join(", ");
  const others = known.length > namesShownMax ? " and others" : "";
  const why = only === undefined ? "nobody has signed in" : `${shown}${others} have signed in`;
  throw new UsageError(`Cannot tell who you are: ${why} to ${origin} from here; give --user NAME`);
}

function deviceLabel(): string {
  try {
    return `chat on ${Deno.hostname()}`.slice(0, 64);
  } catch (failure) {
    // A label is not worth a permission.
    if (failure instanceof Deno.errors.NotCapable) return "chat";
    throw failure;
  }
}

/**
 * Signs in and keeps the token.
 *
 * A kept token that the server does not take is as good as none: a server with a new database is
 * one that the user can simply register with again.
 *
 * @throws {NameTaken} if the name belongs to someone, and no token or password opens it.
 * @throws {InviteNeeded} if it is free, and only someone who was invited may take it.
 * @throws {ApiProblem | Unreachable | BadAnswer} as every call.
 */
export async function signIn(account: Account): Promise<SignedIn> {
  const { api, user, tokens } = account;
  const saved = await tokens.find(api.origin, user);
  if (saved !== undefined) {
    const known = api.withToken(saved.token);
    try {
      const answer = await known.call("connect", { body: {} });
      // Another client may have changed the name.
      if (answer.user !== saved.name) {
        await tokens.rename(api.origin, { before: saved.name, now: answer.user });
      }
      return { api: known, answer };
    } catch (failure) {
      if (!isUnauthorized(failure)) throw failure;
    }
  }
  return await signInByName(account, { hadToken: saved !== undefined });
}

/**
 * Does `work` with the user's token, signing in first if there is none, or the server does not
 * take it.
 *
 * @throws as {@linkcode signIn} and `work`.
 */
export async function signedIn<Result>(
  account: Account,
  work: (api: ApiClient) => Promise<Result>,
): Promise<Result> {
  const { api, user, tokens } = account;
  const saved = await tokens.find(api.origin, user);
  if (saved !== undefined) {
    try {
      return await work(api.withToken(saved.token));
    } catch (failure) {
      if (!isUnauthorized(failure)) throw failure;
    }
  }
  const fresh = await signInByName(account, { hadToken: saved !== undefined });
  return await work(fresh.api);
}

/** Signs in without a token; asks for what it must, if someone is there to be asked. */
async function signInByName(
  account: Account,
  { hadToken }: { readonly hadToken: boolean },
): Promise<SignedIn> {
  const { askSecret, user } = account;
  let tried = account;
  for (let asked = 0;; asked++) {
    try {
      return await fetchToken(tried, { hadToken });
    } catch (failure) {
      if (askSecret === undefined || asked >= passwordAttemptsMax) throw failure;
      if (failure instanceof InviteNeeded) {
        const again = tried.invite === undefined ? "" : "That invitation is not good. ";
        const invite = inviteCode(await askSecret(`${again}Invitation: `));
        tried = { ...tried, invite: invite === "" ? undefined : invite };
        continue;
      }
      if (!(failure instanceof NameTaken)) throw failure;
      // A name without a password refuses every one, so there is nothing to ask.
      if (failure.code === "name_taken" && tried.password !== undefined) throw failure;
      const again = failure.code === "bad_password" ? "Wrong password. " : "";
      const password = await askSecret(`${again}Password of ${terminalSafe(user)}: `);
      tried = { ...tried, password };
    }
  }
}

/** Gets a token and keeps it. */
async function fetchToken(
  account: Account,
  { hadToken }: { readonly hadToken: boolean },
): Promise<SignedIn> {
  const { api, user, tokens } = account;
  try {
    const answer = await askForToken(account);
    const { token } = answer;
    if (token === undefined) throw new BadAnswer("Cannot sign in: the server gave no token");
    await tokens.save(api.origin, { name: answer.user, token });
    return { api: api.withToken(token), answer };
  } catch (failure) {
    if (!(failure instanceof ApiProblem)) throw failure;
    // A server that failed may have let someone in all the same, and so may one that was asked anew
    // by a request that broke off.
    if (failure.status < 500 && !isPassing(failure)) await tokens.dropKey(api.origin, user);
    throw refusalOf(failure, account, { hadToken });
  }
}

/**
 * Asks for a token under one key, again if the answer is lost: a name without a password that was
 * registered by a lost answer would be lost itself.
 */
async function askForToken(
  { api, user, password, invite, tokens, label, clock, random }: Account,
): Promise<ConnectAnswer> {
  const idempotencyKey = await tokens.keyFor(api.origin, user, newKey(random));
  const body = {
    user,
    client: label,
    ...(password !== undefined && { password }),
    ...(invite !== undefined && { invite }),
  };
  return await persist(
    { clock, random, isWorthIt: isUnanswered },
    () => api.call("connect", { body, idempotencyKey }),
  );
}

/** Why someone is not let in. */
function refusalOf(
  problem: ApiProblem,
  { user, password, invite }: Account,
  { hadToken }: { readonly hadToken: boolean },
): Error {
  if (problem.code === "invite_needed") {
    const why = invite === undefined
      ? "the name is free, but to take one you need an invitation; give it by --invite or CHAT_INVITE"
      : "the invitation is not good, or not any more; ask for another one";
    return new InviteNeeded(user, why);
  }
  if (problem.code === "bad_password") {
    return new NameTaken(user, "the password is wrong", { code: "bad_password" });
  }
  if (problem.code !== "name_taken") return problem;
  const lost = hadToken ? "the token kept here was revoked, and " : "";
  const way = password === undefined
    ? "the name is taken; if it is yours, give its password by --password-file or CHAT_PASSWORD, " +
      "else choose another"
    : "the name is taken and has no password; use a client that is signed in, whose /password " +
      "sets one, or choose another name";
  return new NameTaken(user, lost + way, { code: "name_taken" });
}
