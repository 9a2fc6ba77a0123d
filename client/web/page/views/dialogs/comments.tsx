/**
 * The comments on a message, and one more.
 *
 * @module
 */
import { Fragment, h } from "preact";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Message, MessagePage } from "../../../../../lib/api/schemas.ts";
import type { Tab } from "../../tab.ts";
import { useTab, useTabState } from "../context.ts";
import { Attachments } from "../attachments.tsx";
import { UnsentDraft } from "../outgoing.tsx";
import { MessageText } from "../message_text.tsx";
import type { Closing } from "./dialog_host.tsx";
import { Loaded, useAnswer } from "./answer.tsx";
import { Field, Form } from "./form.tsx";
import { When } from "./when.tsx";

export function Comments(
  { message, close }: { readonly message: Message } & Closing,
): JSX.Element {
  const tab = useTab();
  const { id } = message;
  const [pages, setPages] = useState(1);
  const messages = useTabState(({ model }) => model.messages);
  const known = messages.filter((other) => other.comment_on === id);
  const comments = useAnswer(
    () => fetchComments(tab, id, pages),
    // One that is deleted is known no more.
    [known.map((other) => other.id).join(), pages],
  );
  const outgoing = useTabState(({ model }) => model.outgoing);
  const unsent = useTabState((state) => state.unsent);
  const waiting = outgoing.filter(({ draft }) => draft.commentOn === id);
  const failed = unsent.filter(({ sending }) => sending.draft.commentOn === id);
  return (
    <>
      <Said message={message} />
      <div class="actions">
        <button
          type="button"
          class="quiet"
          onClick={() => {
            close();
            void tab.goToMessage(id);
          }}
        >
          Go to the message
        </button>
      </div>
      <Loaded of={comments}>
        {({ items, has_more }) => (
          <>
            {items.length + known.length + waiting.length + failed.length === 0 && (
              <p class="hint">Nobody has commented yet.</p>
            )}
            <ul>
              {(has_more ? items : united(items, known)).map((item) => (
                <li key={item.id} class="row tall">
                  <Said message={item} />
                </li>
              ))}
              {has_more && (
                <li class="row">
                  <button type="button" onClick={() => setPages(pages + 1)}>Show more</button>
                </li>
              )}
              {waiting.map(({ key, draft }) => (
                <li key={key} class="row tall">
                  <p class="hint">Waits to be sent</p>
                  <div class="text" dir="auto">{draft.text}</div>
                </li>
              ))}
            </ul>
            {failed.length > 0 && (
              <ul class="outgoing">
                {failed.map((one) => <UnsentDraft key={one.sending.key} unsent={one} where="" />)}
              </ul>
            )}
          </>
        )}
      </Loaded>
      <Form
        cannot="send it"
        label="Comment"
        empties
        act={(entered) => tab.send({ commentOn: id, text: entered("text") })}
      >
        <Field as="textarea" label="Your comment" name="text" dir="auto" required autofocus />
      </Form>
    </>
  );
}

async function fetchComments(tab: Tab, id: number, pages: number): Promise<MessagePage> {
  const items: Message[] = [];
  for (let page = 1;; page++) {
    const answer = await tab.call("listComments", {
      path: { id },
      query: { after: items.at(-1)?.id ?? 0 },
    });
    items.push(...answer.items);
    if (!answer.has_more || page >= pages) return { items, has_more: answer.has_more };
  }
}

/** What was asked for and what came in since, each once and in order. */
function united(asked: readonly Message[], known: readonly Message[]): readonly Message[] {
  const all = new Map([...asked, ...known].map((message) => [message.id, message]));
  return [...all.values()].sort((a, b) => a.id - b.id);
}

function Said({ message }: { readonly message: Message }): JSX.Element {
  const user = useTabState(({ model }) => model.user);
  return (
    <>
      <p class="hint">
        <bdi>{message.author}</bdi>, <When at={message.at} />
      </p>
      <MessageText message={message} user={user} />
      {message.files.length > 0 && <Attachments files={message.files} />}
    </>
  );
}
