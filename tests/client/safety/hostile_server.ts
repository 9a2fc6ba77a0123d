/**
 * A server that answers every operation in the right form, with the worst in it.
 *
 * @module
 */
import * as fc from "fast-check";
import type { Transport } from "../../../client/connection/exchange.ts";
import { type Operation, operations } from "../../../lib/api/operations.ts";
import { type ProblemCode, problemKinds } from "../../../lib/api/problems.ts";
import { problemSchema } from "../../../lib/api/schemas/problem.ts";
import { type ConnectAnswer, connectAnswer } from "../../../lib/api/schemas.ts";
import { json, StubServer, type StubStream } from "../stub_server.ts";
import { hostileText, hostileValue, type Naming } from "./hostile_values.ts";

/** Draws a value; every draw of a run can be repeated. */
export type Draw = <Value>(from: fc.Arbitrary<Value>) => Value;

/** How often something is refused, of ten times. */
export type Refusals = 0 | 5 | 10;

/** How many pages a list has at most: a client that wants all of them must come to an end. */
const pagesMax = 3;

const templates = Object.values<Operation>(operations).map((operation) => ({
  operation,
  route: new RegExp(`^${operation.route.replaceAll(/\{\w+\}/g, "[^/]+")}$`),
}));

export class HostileServer {
  /** For its streams. */
  readonly #stub = new StubServer();
  readonly #draw: Draw;
  readonly #naming: Naming;
  readonly #refusals: Refusals;
  #pages = 0;
  /** What is answered in place of a stream. */
  events: (() => Response) | undefined;

  constructor(draw: Draw, { naming, refusals }: { naming: Naming; refusals: Refusals }) {
    this.#draw = draw;
    this.#naming = naming;
    this.#refusals = refusals;
  }

  readonly transport: Transport = async (url, init) => {
    const { pathname } = new URL(url);
    const found = templates.find(({ operation, route }) =>
      operation.method === init.method && route.test(pathname)
    );
    if (found === undefined) throw new TypeError(`There is no ${init.method} ${pathname}`);
    const { operation } = found;
    if (operation === operations.events) {
      return await (this.events?.() ?? this.#stub.transport(url, init));
    }
    if (init.body instanceof ReadableStream) await new Response(init.body).bytes();
    if (this.#draw(fc.integer({ min: 0, max: 9 })) < this.#refusals) return this.#refusal();
    if (operation === operations.downloadFile) return this.#file();
    if (operation === operations.connect && this.#draw(fc.boolean())) {
      return json(this.connectAnswer());
    }
    return operation.answer === undefined
      ? new Response(null, { status: 204 })
      : json(this.answer(operation));
  };

  /** The next stream that is opened. */
  stream(): Promise<StubStream> {
    return this.#stub.stream();
  }

  /** A success of an operation. */
  answer({ answer }: Operation): unknown {
    if (answer === undefined) return undefined;
    const value = this.#draw(hostileValue(answer, this.#naming));
    if (typeof value === "object" && value !== null && "has_more" in value) {
      this.#pages += 1;
      if (this.#pages % pagesMax === 0) return { ...value, has_more: false };
    }
    return value;
  }

  /** What a connect answers; with a token that a header can hold. */
  connectAnswer(): ConnectAnswer {
    const answer = this.answer(operations.connect);
    return connectAnswer.parse({ ...Object(answer), user: "alice", token: "secret" });
  }

  #refusal(): Response {
    const code = this.#draw(fc.constantFrom(...Object.keys(problemKinds)) as fc.Arbitrary<
      ProblemCode
    >);
    const { status } = problemKinds[code];
    // What may pass would be waited for.
    const passes = status === 408 || status === 503 || code === "too_many_streams";
    if (passes || status === 401) return this.#refusal();
    const body = this.#draw(hostileValue(problemSchema, this.#naming));
    const known = this.#draw(fc.boolean());
    return new Response(JSON.stringify({ ...Object(body), status, ...(known && { code }) }), {
      status,
      headers: { "content-type": "application/problem+json" },
    });
  }

  #file(): Response {
    const name = encodeURIComponent(this.#draw(hostileText).toWellFormed());
    return new Response("hello", {
      headers: { "content-disposition": `attachment; filename*=UTF-8''${name}` },
    });
  }
}
