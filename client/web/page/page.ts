/**
 * The page of one tab: what it is about while someone is signed in, and while nobody is.
 *
 * @module
 */
import { outlinedForms } from "./forms.ts";
import type { ConnectAnswer } from "../../../lib/api/schemas.ts";
import type { Clock } from "../../../lib/clock.ts";
import type { Random } from "../../../lib/random.ts";
import { ApiClient, type Transport } from "../../connection/api_client.ts";
import {
  ApiProblem,
  BadAnswer,
  type CallFailure,
  foreseen,
  isCallFailure,
  isPassing,
  isUnanswered,
} from "../../connection/failures.ts";
import { inviteIn } from "../../connection/invite_link.ts";
import { newKey, persist } from "../../connection/persistence.ts";
import { surely } from "../../connection/sure_calls.ts";
import { type Account, AccountKeeper } from "./account/account.ts";
import { type Drawer, drawerPrefix, type SharedDrawer } from "./account/drawer.ts";
import { Drafts } from "./account/drafts.ts";
import { BrowserShelf } from "./account/shelf.ts";
import { UnsentDrafts } from "./account/unsent.ts";
import { type AddressBar, hashOf } from "./address.ts";
import { LiveTab } from "./live_tab.ts";
import { State, type Watched } from "./state.ts";
import type { Tab } from "./tab.ts";
import type { OpenChannel } from "./tabs/channel.ts";
import { SharedSession } from "./tabs/shared_session.ts";
import { isolated } from "./words.ts";

/** Why nobody is signed in any more, if somebody was. */
export type SignedOutBecause =
  /** Signed out here, or in another tab. */
  | { readonly kind: "left" }
  /** The server lets this browser in no more: it was signed out elsewhere, say. */
  | { readonly kind: "refused"; readonly failure: CallFailure };

/** Never changed in place. */
export type PageState =
  | {
    readonly stage: "signed_out";
    readonly why?: SignedOutBecause;
    /** Who was refused, and may want to sign in again. */
    readonly lastUser?: string;
    /** The code of the link by which the page was opened. */
    readonly joinCode?: string;
    /** The code of the invitation by which the page was opened. */
    readonly invite?: string;
  }
  | { readonly stage: "signed_in"; readonly tab: Tab; readonly joinCode?: string };

/** A name, and the password by which it can be entered from several devices. */
export interface Credentials {
  readonly user: string;
  readonly password?: string;
  /** The code of an invitation, by which a free name can be taken where that takes one. */
  readonly invite?: string;
}

export interface Page {
  readonly state: Watched<PageState>;

  /**
   * Signs this browser in; resolves when the stage is another.
   *
   * @throws {CallFailure} if the server would not, or could not be reached: `name_taken` asks for the
   * password, `invite_needed` for an invitation.
   */
  signIn(credentials: Credentials): Promise<void>;

  /** The code of the link was used, or is not wanted. */
  clearJoinCode(): void;
}

export interface PageSetup extends SharedDrawer {
  /** Of the server: scheme, host and port. */
  readonly origin: string;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly openChannel: OpenChannel;
  /** Of this page; see {@linkcode SharedSession}. */
  readonly version: string;
  readonly address: AddressBar;
  /** Keeps for this tab alone, while it is loaded anew. */
  readonly tabDrawer: Drawer;
  /** The code of the link by which the page was opened, if it was. */
  readonly joinCode?: string | undefined;
  /** What this browser is called in the list of the user's devices. */
  readonly device: string;
  /** Someone is signed in in this tab from now on; gives back what is to be done when it ends. */
  readonly began?: (session: SharedSession, tab: Tab) => () => void;
  /** Takes a defect. */
  readonly broke: (defect: unknown) => void;
}

/** Opens the page of this tab, for whoever is signed in in this browser. */
export function openPage(setup: PageSetup): Page {
  return new LivePage(setup);
}

/** Where the codes of links stand while their user signs in. */
const joinCodeKey = `${drawerPrefix}join`;
const inviteKey = `${drawerPrefix}invite`;

/** What is told to who signs in without a password where nothing can be kept. */
const unkeptWords =
  "This browser keeps nothing. Set a password, or the name is lost when the page is loaded anew.";

/** Someone who is signed in in this tab. */
interface Presence {
  readonly account: Account;
  readonly tab: LiveTab;
  readonly end: () => void;
}

/** An attempt to sign in whose answer may be lost. */
interface Attempt extends Credentials {
  readonly key: string;
}

class LivePage implements Page {
  readonly #setup: PageSetup;
  readonly #api: ApiClient;
  readonly #keeper: AccountKeeper;
  readonly #state: State<PageState>;
  #presence: Presence | undefined;
  #joinCode: string | undefined;
  #invite: string | undefined;
  #refusal: CallFailure | undefined;
  #wasSignedIn = false;
  #attempt: Attempt | undefined;
  /** What the server said to who has signed in just now. */
  #arrival: ConnectAnswer | undefined;
  /** This tab is being opened. */
  #isOpening = true;

  constructor(setup: PageSetup) {
    this.#setup = setup;
    this.#api = new ApiClient({ ...setup, forms: outlinedForms });
    this.#keeper = new AccountKeeper(setup);
    this.#joinCode = this.#keep(joinCodeKey, setup.joinCode);
    this.#invite = this.#keep(inviteKey, this.#takeInvite());
    this.#state = new State<PageState>({ stage: "signed_out" });
    this.#keeper.watch(() => this.#follow());
    setup.watchOthers(() => this.#hearOfLeaving());
    setup.address.watch(() => this.#hearOfInvite());
    this.#follow();
    this.#isOpening = false;
  }

  get state(): Watched<PageState> {
    return this.#state;
  }

  async signIn(credentials: Credentials): Promise<void> {
    const answer = await this.#connect(credentials);
    const { user, token } = answer;
    if (token === undefined) throw new BadAnswer("Cannot sign in: the server gave no token");
    this.#invite = undefined;
    this.#setup.tabDrawer.removeItem(inviteKey);
    // Another tab may have signed in meanwhile, whose token must not be lost: it may be the only one.
    this.#keeper.look();
    const { value: other } = this.#keeper;
    if (other === undefined) {
      this.#arrival = answer;
      this.#keeper.signIn({ user, token });
      if (!this.#keeper.isKept && credentials.password === undefined) {
        this.#presence?.tab.tell("failure", unkeptWords);
      }
    } else {
      await this.#giveBack(token);
      if (other.user !== user) {
        const [here, not] = [other.user, user].map(isolated);
        this.#presence?.tab.tell(
          "failure",
          `Another tab has signed in as ${here}, so not as ${not}`,
        );
      }
    }
  }

  /** Signs out who is not wanted here; if the server can't be told, the token is of no use to anyone. */
  async #giveBack(token: string): Promise<void> {
    const { signal } = new AbortController();
    try {
      await surely({ ...this.#setup, api: this.#api.withToken(token), signal }).call("disconnect");
    } catch (failure) {
      if (!isCallFailure(failure)) throw failure;
    }
  }

  clearJoinCode(): void {
    this.#joinCode = undefined;
    this.#setup.tabDrawer.removeItem(joinCodeKey);
    const { joinCode: _, ...state } = this.#state.value;
    this.#state.set(state);
  }

  /**
   * Asks for a token under one key, again if the answer is lost: a name without a password that was
   * registered by a lost answer would be lost itself.
   */
  async #connect(given: Credentials): Promise<ConnectAnswer> {
    const { clock, random, device } = this.#setup;
    const last = this.#attempt;
    const isSame = last?.user === given.user && last.password === given.password &&
      last.invite === given.invite;
    const key = isSame ? last.key : newKey(random);
    this.#attempt = { ...given, key };
    try {
      const answer = await persist(
        { clock, random, isWorthIt: isUnanswered },
        () =>
          this.#api.call("connect", { body: { ...given, client: device }, idempotencyKey: key }),
      );
      this.#attempt = undefined;
      return answer;
    } catch (failure) {
      // A server that failed may have let someone in all the same, and so may one that was asked anew
      // by a request that broke off.
      const isRefused = failure instanceof ApiProblem && failure.status < 500;
      if (isRefused && !isPassing(failure)) this.#attempt = undefined;
      throw failure;
    }
  }

  /** Takes over who is signed in in this browser. */
  #follow(): void {
    const account = this.#keeper.value;
    const before = this.#presence?.account;
    if (account === undefined) {
      this.#end();
      this.#showSignIn();
    } else if (before?.id !== account.id || before.token !== account.token) {
      this.#end();
      this.#begin(account);
    }
  }

  /** The stream may tell as a refusal what another tab knows to be the user's own wish. */
  #hearOfLeaving(): void {
    const { value: state } = this.#state;
    const wasRefused = state.stage === "signed_out" && state.lastUser !== undefined;
    if (wasRefused && this.#keeper.lastUser === undefined) this.#showSignIn();
  }

  #showSignIn(): void {
    const { lastUser } = this.#keeper;
    const why = this.#whyOut(lastUser);
    this.#state.set({
      stage: "signed_out",
      ...(why !== undefined && { why }),
      ...(lastUser !== undefined && { lastUser }),
      ...(this.#invite !== undefined && { invite: this.#invite }),
      ...this.#code(),
    });
    // Who signs in next has other chats.
    if (why?.kind === "left") this.#setup.address.replace(hashOf({ place: { kind: "common" } }));
  }

  #whyOut(lastUser: string | undefined): SignedOutBecause | undefined {
    if (lastUser === undefined) return this.#wasSignedIn ? { kind: "left" } : undefined;
    const failure = this.#refusal ??
      // Another tab has met it.
      foreseen("unauthorized", "The token is not valid any more.");
    return { kind: "refused", failure };
  }

  #begin(account: Account): void {
    const { began } = this.#setup;
    const api = this.#api.withToken(account.token);
    const kept = { ...this.#setup, account: account.id };
    const unsent = new UnsentDrafts(kept);
    const session = new SharedSession({
      ...this.#setup,
      account,
      api,
      shelf: new BrowserShelf(kept),
      broke: (defect) => this.#break(defect),
    });
    const tab = new LiveTab({
      ...this.#setup,
      session,
      api,
      drafts: new Drafts(kept),
      unsent,
      renamed: (user) => this.#keeper.rename(user),
      expired: (failure) => {
        this.#refusal = failure;
        this.#keeper.expire(account);
      },
      left: () => {
        this.#keeper.signOut();
        // The stream may have told it first, as a refusal.
        this.#follow();
      },
      broke: (defect) => this.#break(defect),
    });
    const leave = began?.(session, tab);
    const end = () => {
      leave?.();
      unsent.close();
      tab.close();
    };
    this.#presence = { account, tab, end };
    this.#wasSignedIn = true;
    this.#refusal = undefined;
    this.#state.set({ stage: "signed_in", tab, ...this.#code() });
    const arrival = this.#arrival?.token === account.token ? this.#arrival : undefined;
    this.#arrival = undefined;
    session.start(arrival ?? (this.#isOpening ? greetingOf(api) : undefined));
  }

  #end(): void {
    this.#presence?.end();
    this.#presence = undefined;
  }

  #break(defect: unknown): void {
    this.#setup.broke(defect);
    this.#presence?.tab.tell("failure", "Something in this page is broken; load it anew");
  }

  #code(): { readonly joinCode?: string } {
    return this.#joinCode === undefined ? {} : { joinCode: this.#joinCode };
  }

  /** Takes an invitation out of the address: the history of a browser is no place for a secret. */
  #takeInvite(): string | undefined {
    const { address } = this.#setup;
    const invite = inviteIn(address.hash);
    if (invite !== undefined) address.replace("#/");
    return invite;
  }

  /** A link that leads here again does not load the page anew. */
  #hearOfInvite(): void {
    const invite = this.#takeInvite();
    if (invite === undefined) return;
    this.#invite = this.#keep(inviteKey, invite);
    if (this.#presence === undefined) this.#showSignIn();
  }

  /** The code that is given, or the one that was before the page was loaded anew. */
  #keep(name: string, given: string | undefined): string | undefined {
    const { tabDrawer } = this.#setup;
    if (given === undefined) return tabDrawer.getItem(name) ?? undefined;
    try {
      tabDrawer.setItem(name, given);
    } catch {
      // Whatever a full drawer throws: an earlier code is not to be taken for this one.
      tabDrawer.removeItem(name);
    }
    return given;
  }
}

/** What the server says to who comes, if it can be had. */
async function greetingOf(api: ApiClient): Promise<ConnectAnswer | undefined> {
  try {
    return await api.call("connect", { body: {} });
  } catch (failure) {
    if (!isCallFailure(failure)) throw failure;
    return undefined;
  }
}
