/**
 * Where the user is signed in.
 *
 * @module
 */
import { Fragment, h } from "preact";
import type { JSX } from "preact";
import { useTab } from "../context.ts";
import { Loaded, useAnswer } from "./answer.tsx";
import { Action } from "./form.tsx";
import { When } from "./when.tsx";

export function Devices(): JSX.Element {
  const tab = useTab();
  const tokens = useAnswer(() => tab.call("listTokens"));
  return (
    <Loaded of={tokens}>
      {({ items }) => (
        <ul>
          {items.map(({ id, client = "unnamed", last_seen, current }) => (
            <li key={id} class="row">
              <span>
                <bdi>{client}</bdi>{" "}
                <span class="hint">
                  {current ? "this one" : (
                    <>
                      last seen <When at={last_seen} />
                    </>
                  )}
                </span>
              </span>
              {!current && (
                <Action
                  cannot="sign it out"
                  on={client}
                  act={async () => {
                    await tab.call("revokeToken", { path: { id } });
                    await tokens.reload();
                  }}
                >
                  Sign out
                </Action>
              )}
            </li>
          ))}
        </ul>
      )}
    </Loaded>
  );
}
