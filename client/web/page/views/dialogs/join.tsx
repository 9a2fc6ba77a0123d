/**
 * Asks to enter a room by a link, and waits there for its owner.
 *
 * @module
 */
import { Fragment, h } from "preact";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiProblem } from "../../../../connection/failures.ts";
import { useTab, useTabState } from "../context.ts";
import type { Closing } from "./dialog_host.tsx";
import { type Entered, Field, Form } from "./form.tsx";
import { codeIn } from "./link_code.ts";

/** What was asked for, and what was known then. */
interface Asked {
  /** `undefined` if it was asked for before: then nobody says which room it is. */
  readonly room?: string;
  readonly name?: string;
  readonly noticeId: number;
}

/** What is told of a link that has led here without a code, as of one that was cut. */
export const brokenLink = "That link is not whole; ask for another one.";

const asking = "The owner of the room is asked whether you may come in.";

export function Join(
  { code, close }: { readonly code: string | undefined } & Closing,
): JSX.Element {
  const tab = useTab();
  const [asked, setAsked] = useState<Asked>();
  const ask = async (entered: Entered) => {
    const wanted = code ?? codeIn(entered("code").trim());
    if (wanted === undefined) return "this is no link into a room";
    const noticeId = tab.state.value.notices.at(-1)?.id ?? 0;
    try {
      const { room, name } = await tab.call("join", { body: { code: wanted } });
      setAsked({ room, name, noticeId });
    } catch (failure) {
      const why = failure instanceof ApiProblem ? failure.code : undefined;
      if (why === "pending_approval") return setAsked({ noticeId });
      if (why === "already_member") return "you are in that room already: it is among your rooms";
      if (why !== "not_found") throw failure;
      return "the link is over, used up or taken back; ask for another";
    }
  };
  if (code === "") return <p>{brokenLink}</p>;
  if (asked !== undefined) return <Waiting asked={asked} close={close} />;
  return (
    <Form cannot="ask to enter" label="Ask to enter" act={ask}>
      {code === undefined
        ? (
          <Field
            label="Link, or its code"
            name="code"
            required
            autofocus
            autocomplete="off"
            hint={asking}
          />
        )
        : <p>{asking}</p>}
    </Form>
  );
}

function Waiting({ asked, close }: { readonly asked: Asked } & Closing): JSX.Element {
  const tab = useTab();
  const room = useTabState(({ model }) => model.rooms.get(asked.room ?? "")?.id);
  // That the owner has said no is told behind this dialog, and for a while only.
  const news = useTabState(({ notices }) => notices.findLast(({ id }) => id > asked.noticeId));
  const told = useRef("");
  told.current = news?.words ?? told.current;
  useEffect(() => {
    if (room === undefined) return;
    close();
    tab.go({ kind: "room", room });
  }, [room]);
  return (
    <>
      <p role="status">
        {asked.name === undefined ? "You have asked already; its owner has not answered." : (
          <>
            You have asked to enter{" "}
            <bdi>{asked.name}</bdi>. It opens here once its owner lets you in.
          </>
        )}
      </p>
      <p role="status" dir="auto">{told.current}</p>
    </>
  );
}
