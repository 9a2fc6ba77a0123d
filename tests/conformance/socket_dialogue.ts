/**
 * Plays a case through a real socket, against the same plans as on the core.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { Handler, Response } from "../../server/http/exchange.ts";
import type { HttpLimits } from "../../server/http/limits.ts";
import { withListener } from "../server/http/loopback.ts";
import { octets } from "../server/http/protocol/transcript.ts";
import { failure, type Plan, type PlannedAnswer, planOf, refusal } from "./answer_plans.ts";
import type { Asked } from "./answer_checks.ts";
import type { Variant } from "./case_document.ts";
import { bodyBytesMax } from "./core_dialogue.ts";

const handler: Handler = (request) => {
  const plan = planOf(request.path, request.query);
  if (plan.fails) throw new Error("as planned");
  if (!plan.readsBody) return responseOf(plan.answer(""));
  const bytes = request.body.bytes(bodyBytesMax);
  if (bytes instanceof Promise) return bytes.then((bytes) => respond(plan, bytes));
  return respond(plan, bytes);
};

function respond(plan: Plan, bytes: Uint8Array): Response | Promise<Response> {
  let body = "";
  for (const byte of bytes) body += String.fromCharCode(byte);
  const response = responseOf(plan.answer(body));
  return plan.late ? someTurnsLater(response) : response;
}

async function someTurnsLater(response: Response): Promise<Response> {
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
  return response;
}

function responseOf({ parts, body = "", ...head }: PlannedAnswer): Response {
  if (parts === undefined) return { ...head, body: octets(body) };
  return {
    ...head,
    stream(stream) {
      for (const part of parts) stream.write(octets(part));
      void stream.end();
    },
  };
}

/**
 * Plays `variant`; resolves to all that the server sent, one character a byte.
 *
 * @param behind Bytes sent together with the last that the case sends.
 * @param requests What will have been asked, which tells how the answers are to be read.
 */
export async function playSocket(
  { steps, ending }: Variant,
  limits: Partial<HttpLimits>,
  behind: string,
  requests: readonly Asked[],
): Promise<string> {
  let heard = "";
  await withListener(handler, async ({ connect, passUntil, faults }) => {
    const client = await connect();
    let until = <T>(event: Promise<T>): Promise<T> => event;
    let finals = 0;
    const lastSend = steps.findLastIndex(({ type }) => type === "send");
    for (const [at, step] of steps.entries()) {
      if (step.type === "send") await client.send(step.bytes + (at === lastSend ? behind : ""));
      else if (step.type === "end_input") await client.conn.closeWrite();
      else if (step.type === "pass_time") until = passUntil;
      else {
        const bodiless = step.answer.absent.includes("body");
        await until(client.answer(bodiless ? "HEAD" : requests[finals]?.method));
        if (step.answer.status >= 200) finals++;
      }
    }
    // What the bytes behind ask for is answered, which shows that the connection goes on.
    if (ending === "open" && behind !== "") await client.answer();
    if (ending !== "open") {
      assertEquals(await until(client.rest()), "");
      // A reset could overtake the answer on a longer way (RFC 9112 §9.6).
      assert(!client.wasReset, "the connection was reset");
    }
    heard = client.heard;
    assertEquals(faults, []);
  }, {
    limits,
    onProtocolError: (error) => responseOf(refusal(error)),
    onHandlerFailure: () => responseOf(failure),
  });
  return heard;
}
