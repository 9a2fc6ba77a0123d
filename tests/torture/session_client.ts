/**
 * A client that is the chat's own: its session keeps the stream, its outbox sends.
 *
 * @module
 */
import { ApiClient } from "../../client/connection/api_client.ts";
import { checkedForms } from "../../client/connection/checked_forms.ts";
import {
  ApiProblem,
  isCallFailure,
  isPassing,
  isUnauthorized,
} from "../../client/connection/failures.ts";
import { readFault } from "../../client/connection/network_faults.ts";
import type { Draft, Outcome } from "../../client/connection/outbox.ts";
import { type Position, Session, type SessionNews } from "../../client/connection/session.ts";
import { surelyUploaded } from "../../client/connection/stream_upload.ts";
import { type SureCallsSetup, surely } from "../../client/connection/sure_calls.ts";
import { systemClock } from "../../lib/clock.ts";
import { type Choice, Chooser } from "./choices.ts";
import { Heard } from "./heard.ts";
import { type Intent, type Place, settle } from "./ledger.ts";
import { pause } from "./proxy.ts";
import type { Client, ClientSetup } from "./raw_client.ts";
import { must, shown, Violation } from "./violation.ts";

/** Messages that it writes before the first of them is answered. */
const waitingMax = 5;

/** Longest time between two messages, in milliseconds. */
const leisureMsMax = 300;

/** How likely each thing is to be chosen that it does beside talking. */
const actWeights = { upload: 4, remove: 3, makeRoom: 1, rename: 1 } as const;

/** Something to be done once, by calls of the client's. */
interface Act {
  readonly wanted: Choice["wanted"];
  readonly work: () => Promise<object | null | undefined>;
}

export class SessionClient implements Client {
  readonly client: string;
  readonly heard: Heard;
  readonly #setup: ClientSetup;
  readonly #chooser: Chooser;
  readonly #waiting = new Map<string, Intent>();
  #session: Session;
  #position: Position;
  readonly #abort = new AbortController();
  #isIdle = true;
  #isOver = false;
  #work: Promise<void> = Promise.resolve();

  constructor(setup: ClientSetup) {
    const { world, user, client, cursor, dice } = setup;
    this.#setup = setup;
    this.client = client;
    this.#chooser = new Chooser(world, dice, setup);
    this.#position = { cursor };
    this.#session = this.#newSession();
    this.heard = new Heard({
      user,
      client,
      cursor,
      chronicle: world.chronicle,
      note: (line) => world.diary.note(client, line),
    });
  }

  get isIdle(): boolean {
    return this.#isIdle && this.#waiting.size === 0;
  }

  start(): void {
    this.listenAgain();
    this.#work = this.#setup.world.guard(this.#live());
  }

  /** Nothing is waiting then, so that nothing is left behind. */
  async stopListening(): Promise<void> {
    const { position } = this.#session;
    await this.#session.close();
    if (position !== undefined) this.#position = position;
    this.heard.broke();
    this.#session = this.#newSession();
  }

  listenAgain(): void {
    this.#session.resume(this.#position);
    const session = this.#session;
    this.#setup.world.guard(
      session.stopped().then((failure) => {
        if (failure !== undefined) {
          throw new Violation(`a session goes on, but: ${failure.message}`, this.#setup);
        }
      }),
    );
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    this.#abort.abort();
    await this.#session.close();
    await this.#work;
  }

  #newApi(): ApiClient {
    const { world, token } = this.#setup;
    return new ApiClient({
      origin: `http://127.0.0.1:${world.port}`,
      token,
      transport: fetch,
      forms: checkedForms,
      readFault,
      clock: systemClock,
    });
  }

  #newSession(): Session {
    const { world, dice } = this.#setup;
    return new Session({
      api: this.#newApi(),
      clock: systemClock,
      random: dice.random,
      tell: (news) => {
        try {
          this.#hear(news);
        } catch (fault) {
          world.fail(fault);
        }
      },
    });
  }

  async #live(): Promise<void> {
    const { world, dice } = this.#setup;
    while (!this.#isOver && !world.isOver) {
      this.#isIdle = world.isQuiet;
      // Its patience is made for people: here, the server is back soon.
      if (this.#isIdle || dice.chance(0.1)) this.#session.hurry();
      this.#followPolls();
      if (!this.#isIdle && dice.chance(0.15)) await this.#act();
      else if (!this.#isIdle && this.#waiting.size < waitingMax) this.#say();
      await pause(this.#isIdle ? 50 : dice.below(leisureMsMax));
    }
  }

  /** How far polls have come is not told. */
  #followPolls(): void {
    const { state, position } = this.#session;
    if (state.kind !== "live" || state.by !== "poll" || position === undefined) return;
    this.heard.polled(position.cursor);
  }

  /** Does something that is repeated, by the chat's own client, while its answer is lost. */
  async #act(): Promise<void> {
    const { world, user, client, dice } = this.#setup;
    const act = this.#acts[dice.weighted(actWeights)]();
    if (act === undefined) return;
    const intent = world.ledger.open({ ...act.wanted, user, client });
    world.diary.note(
      client,
      `wants to ${intent.verb} ${shown(act.wanted.text ?? act.wanted.about)}`,
    );
    try {
      settle(intent, "done", { status: 201, answer: { ...await act.work() } });
    } catch (failure) {
      if (!isCallFailure(failure)) throw failure;
      // Of what nobody has answered, or only found malformed, nobody knows what came.
      const isRefused = failure instanceof ApiProblem && failure.status < 500 &&
        !isPassing(failure);
      must(!isUnauthorized(failure), () => `a token stays good: ${failure.message}`, client);
      const answer = failure instanceof ApiProblem ? { code: failure.code } : {};
      settle(intent, isRefused ? "refused" : "given_up", { answer });
    }
    world.diary.note(client, `${intent.verb}: ${intent.state} ${shown(intent.answer)}`);
    const { verb, state, answer: { id }, bytes } = intent;
    if (verb !== "upload" || state !== "done" || bytes === undefined) return;
    world.files.set(Number(id), bytes);
    this.#say(Number(id));
  }

  readonly #acts: { readonly [Name in keyof typeof actWeights]: () => Act | undefined } = {
    upload: () => {
      const { wanted } = this.#chooser.upload();
      const bytes = wanted.bytes ?? new Uint8Array();
      const open = () => Promise.resolve(new Blob([bytes]).stream());
      const type = "application/octet-stream";
      const work = () => surelyUploaded(this.#sure())({ name: this.client, type, open });
      return { wanted, work };
    },
    remove: () => {
      const wanted = this.#chooser.remove()?.wanted;
      if (wanted?.about === undefined) return undefined;
      const path = { id: wanted.about };
      return { wanted, work: () => surely(this.#sure()).call("deleteMessage", { path }) };
    },
    makeRoom: () => {
      const { wanted } = this.#chooser.makeRoom();
      const body = { name: wanted.text ?? "" };
      return { wanted, work: () => surely(this.#sure()).call("createRoom", { body }) };
    },
    rename: () => {
      const { wanted } = this.#chooser.rename();
      const body = { name: wanted.text ?? "" };
      return { wanted, work: () => surely(this.#sure()).call("changeProfile", { body }) };
    },
  };

  #sure(): SureCallsSetup {
    const { signal } = this.#abort;
    return { api: this.#newApi(), clock: systemClock, random: this.#setup.dice.random, signal };
  }

  #say(file?: number): void {
    const { world, user, client } = this.#setup;
    const { wanted } = file === undefined ? this.#chooser.say() : this.#chooser.sayWith(file);
    const draft = {
      ...this.#draftOf(wanted.text ?? "", wanted.place ?? {}),
      ...(file !== undefined && { files: [file] }),
    };
    const { key } = this.#session.send(draft);
    this.#waiting.set(key, world.ledger.open({ ...wanted, user, client }, key));
    world.diary.note(client, `sends ${shown(draft)} key ${key}`);
  }

  #draftOf(text: string, { to, room }: Place): Draft {
    if (room !== undefined) return { text, room };
    return to === undefined ? { text } : { text, to: this.#setup.world.chronicle.atlas.nameOf(to) };
  }

  #hear(news: SessionNews): void {
    switch (news.type) {
      case "event":
        if (news.event.type === "presence") return;
        if (news.cursor === undefined) this.heard.unplaced(news.event);
        else this.heard.event(news.event, news.cursor);
        if (news.event.type === "message") this.#session.shown(news.event);
        return;
      case "connected":
        if (news.resetBy !== undefined) this.heard.reset(news.resetBy);
        return;
      case "state": {
        const { state } = news;
        const { position } = this.#session;
        if (state.kind === "waiting") this.heard.broke();
        if (state.kind !== "live" || position === undefined) return;
        if (state.by === "stream") this.heard.caughtUp(position.cursor);
        else this.heard.polled(position.cursor);
        return;
      }
      case "unknown":
        throw new Violation(`an event is of a known type, not ${news.eventType}`, this.#setup);
      case "mark_refused":
        // The room may be left by now.
        this.#setup.world.diary.note(this.client, `mark refused: ${news.failure.message}`);
        return;
      case "sent":
      case "failed":
        return this.#conclude(news);
    }
  }

  #conclude(outcome: Outcome): void {
    const { key } = outcome.sending;
    const intent = this.#waiting.get(key);
    must(intent !== undefined, `one message has one outcome, key ${key}`, this.client);
    this.#waiting.delete(key);
    if (outcome.type === "sent") {
      settle(intent, "done", { status: 201, answer: { ...outcome.message } });
      this.#setup.world.diary.note(this.client, `sent ${outcome.message.id} key ${key}`);
      return;
    }
    const { failure, arrived } = outcome;
    this.#setup.world.diary.note(this.client, `failed: ${failure.message} key ${key}`);
    settle(intent, arrived === "never" ? "refused" : "given_up", {
      answer: "code" in failure ? { code: failure.code } : {},
    });
  }
}
