/**
 * A name, and whether its bearer is here.
 *
 * @module
 */
import { h } from "preact";
import type { JSX } from "preact";
import { Unseen } from "./form.tsx";

export function Person(
  { name, online }: { readonly name: string; readonly online: boolean },
): JSX.Element {
  return (
    <span class="person">
      <span class={online ? "online" : "away"} aria-hidden="true" />
      <bdi>{name}</bdi>
      <Unseen words={online ? "(online)" : "(away)"} />
    </span>
  );
}
