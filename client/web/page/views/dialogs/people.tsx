/**
 * Everyone: to be found, talked to, or reported.
 *
 * @module
 */
import { Fragment, h } from "preact";
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { foldName } from "../../../../../lib/text/names.ts";
import { countText } from "../../words.ts";
import { useSurroundings, useTabState } from "../context.ts";
import type { Closing } from "./dialog_host.tsx";
import { Loaded, useAnswer } from "./answer.tsx";
import { Field, Unseen } from "./form.tsx";
import { Person } from "./person.tsx";

/** People that are asked for at a time. */
const pageUsers = 200;

export function People({ close }: Closing): JSX.Element {
  const { tab, open } = useSurroundings();
  const user = useTabState(({ model }) => model.user);
  const [typed, setTyped] = useState("");
  const wanted = foldName(typed.trim());
  // Of a crowd that one page does not hold, those are asked for who stand where the name would.
  const isCrowd = useRef(false);
  const after = isCrowd.current ? [...wanted].slice(0, -1).join("") : "";
  const people = useAnswer(async () => {
    const answer = await tab.call("listUsers", {
      query: { limit: pageUsers, ...(after !== "" && { after }) },
    });
    if (after === "") isCrowd.current = answer.has_more;
    return answer;
  }, [after, useTabState(({ model }) => model.people)]);
  return (
    <>
      <Field
        label="Find someone"
        type="search"
        autofocus
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
      <Loaded of={people}>
        {({ items, has_more }) => {
          const found = items.filter(({ name }) => foldName(name).includes(wanted));
          return (
            <>
              <p class="hint" role="status">
                {found.length === 0 ? "Nobody is called so" : countText(found.length, "name")}
                {has_more && "; there are more: type the beginning of one"}
              </p>
              <ul>
                {found.map(({ name, online }) => (
                  <li key={name} class="row">
                    <Person name={name} online={online} />
                    {name === user ? <span class="hint">you</span> : (
                      <span class="actions">
                        <button
                          type="button"
                          onClick={() => {
                            close();
                            tab.go({ kind: "private", user: name });
                          }}
                        >
                          Write<Unseen words={`to ${name}`} />
                        </button>
                        <button
                          type="button"
                          class="quiet"
                          onClick={() => open({ kind: "report", user: name })}
                        >
                          Report<Unseen words={name} />
                        </button>
                      </span>
                    )}
                  </li>
                ))}
              </ul>
            </>
          );
        }}
      </Loaded>
    </>
  );
}
