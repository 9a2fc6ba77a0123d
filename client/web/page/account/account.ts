/**
 * Who is signed in, in all tabs of a browser.
 *
 * @module
 */
import { isRecord } from "../../../connection/forms.ts";
import { type Random, randomText } from "../../../../lib/random.ts";
import { parseJson } from "../../../../lib/text/json.ts";
import { foldName } from "../../../../lib/text/names.ts";
import { type Listener, State, type Watched } from "../state.ts";
import { accountKey, clearDrawer, type SharedDrawer } from "./drawer.ts";

/** A user who is signed in. */
export interface Account {
  readonly user: string;
  readonly token: string;
  /** Names what this browser keeps of the account, whatever its user is called by and by. */
  readonly id: string;
}

export interface AccountKeeperSetup extends SharedDrawer {
  readonly random: Random;
}

/** Bytes of chance in an id; it is no secret. */
const idBytes = 9;

/** Without a token: the server does not take it any more. */
type Kept = Omit<Account, "token"> & Partial<Pick<Account, "token">>;

/** Keeps who is signed in; `undefined` if nobody is. */
export class AccountKeeper implements Watched<Account | undefined> {
  readonly #setup: AccountKeeperSetup;
  readonly #state: State<Account | undefined>;
  /** The drawer had no room for who is signed in. */
  #isUnkept = false;
  /** Watches other tabs no more. */
  readonly close: () => void;

  constructor(setup: AccountKeeperSetup) {
    this.#setup = setup;
    const found = this.#read();
    // What another tab has put there while the user was signed out is nobody's any more.
    if (found === undefined) clearDrawer(setup.drawer);
    this.#state = new State(signedIn(found));
    this.close = setup.watchOthers((key) => {
      if (key === undefined || key === accountKey) this.look();
    });
  }

  get value(): Account | undefined {
    return this.#state.value;
  }

  /** Whose token was refused, and who may sign in again: what they wrote is still there. */
  get lastUser(): string | undefined {
    return this.#read()?.user;
  }

  /** Whether who is signed in is so after a reload, too. */
  get isKept(): boolean {
    return !this.#isUnkept && this.#setup.drawer.isFleeting !== true;
  }

  /** Calls `listener` after each change, by this tab or another. */
  watch(listener: Listener): () => void {
    return this.#state.watch(listener);
  }

  /**
   * Someone has signed in. What the browser keeps of someone else goes; what waits of the same user
   * stays.
   */
  signIn({ user, token }: { readonly user: string; readonly token: string }): Account {
    const { drawer, random } = this.#setup;
    const last = this.#read();
    const isSame = last !== undefined && foldName(last.user) === foldName(user);
    if (!isSame) clearDrawer(drawer);
    const account = { user, token, id: isSame ? last.id : randomText(random, idBytes) };
    this.#keep(account);
    this.#set(account);
    return account;
  }

  /** The user has another name from now on; nothing happens if it is the same. */
  rename(user: string): void {
    const account = this.value;
    if (account === undefined || account.user === user) return;
    const renamed = { ...account, user };
    // Another tab may have signed out just now, which must not be undone.
    if (this.#read()?.token === account.token) this.#keep(renamed);
    this.#set(renamed);
  }

  /**
   * The server takes this account's token no more: nobody is signed in, but what waits is kept. Whoever
   * has signed in since, while this tab slept, is so here, too.
   */
  expire({ token }: Account): void {
    const found = this.#read();
    if (found?.token === token) this.#keep({ user: found.user, id: found.id });
    if (this.value?.token === token) this.#set(signedIn(this.#read()));
  }

  /** Takes over who is signed in now, of which this tab may not have been told yet. */
  look(): void {
    const found = this.#read();
    // Who could not be kept is not found.
    if (found === undefined && this.#isUnkept) return;
    this.#set(signedIn(found));
    // This tab may have put something there after another one has signed out.
    if (found === undefined) clearDrawer(this.#setup.drawer);
  }

  /** Nobody is signed in, and nothing of the user is left in the browser. */
  signOut(): void {
    clearDrawer(this.#setup.drawer);
    this.#set(undefined);
  }

  #read(): Kept | undefined {
    return keptIn(parseJson(this.#setup.drawer.getItem(accountKey) ?? ""));
  }

  #keep(account: Kept): void {
    try {
      this.#setup.drawer.setItem(accountKey, JSON.stringify(account));
      this.#isUnkept = false;
    } catch {
      this.#isUnkept = true;
      // Whatever a full drawer throws: the user is signed in as long as the tab is there. What is kept
      // from before must not be tried again if it is another token.
      if (this.#read()?.token !== account.token) this.#setup.drawer.removeItem(accountKey);
    }
  }

  #set(account: Account | undefined): void {
    const before = this.value;
    const isSame = before?.user === account?.user && before?.token === account?.token &&
      before?.id === account?.id;
    if (!isSame) this.#state.set(account);
  }
}

/** No browser sends anything else in a header. */
const fitsHeader = /^[!-~]+$/;

/** What stands in the drawer; `undefined` if it is damaged. */
function keptIn(value: unknown): Kept | undefined {
  if (!isRecord(value)) return undefined;
  const { user, token, id } = value;
  if (!isText(user) || !isText(id)) return undefined;
  if (token === undefined) return { user, id };
  return isText(token) && fitsHeader.test(token) ? { user, token, id } : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function signedIn(found: Kept | undefined): Account | undefined {
  if (found?.token === undefined) return undefined;
  return { user: found.user, token: found.token, id: found.id };
}
