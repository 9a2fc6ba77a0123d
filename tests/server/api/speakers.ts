/**
 * Three people who have spoken, for the tests of messages.
 *
 * @module
 */
import type { Api } from "./driver.ts";

export interface Speakers {
  readonly alice: string;
  readonly bob: string;
  readonly carol: string;
  /** A message of bob's to everyone. */
  readonly common: number;
  /** A message of bob's to alice, and the room it is in. */
  readonly secret: number;
  readonly room: number;
}

export async function prepareSpeakers(api: Api): Promise<Speakers> {
  const [alice, bob, carol] = [
    await api.connect("alice"),
    await api.connect("bob"),
    await api.connect("carol"),
  ];
  const common = await api.send(bob, "for everyone");
  const secret = await api.send(bob, "for alice alone", { to: "alice" });
  return { alice, bob, carol, common, secret, room: secret - 1 };
}
