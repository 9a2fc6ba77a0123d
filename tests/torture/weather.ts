/**
 * Weather: what the proxy does to a connection, drawn from the seed.
 *
 * @module
 */
import { Dice } from "../simulation/dice.ts";

export type Direction = "up" | "down";

/** What happens to one connection. */
export type Weather =
  | { readonly kind: "fair" }
  /** Both sides are closed when so many bytes have gone in a direction. */
  | { readonly kind: "cut"; readonly direction: Direction; readonly afterBytes: number }
  /** One direction ends then, and the other goes on. */
  | { readonly kind: "half_close"; readonly direction: Direction; readonly afterBytes: number }
  /** So many bytes come one by one. */
  | { readonly kind: "crumbs"; readonly bytes: number }
  /** Each piece waits. */
  | { readonly kind: "slow"; readonly delayMsMax: number };

/** Most bytes after which a connection is cut. */
const cutBytesMax = 60_000;

/** The weather of the connection with a number, whenever it is opened. */
export function weatherOf(seed: number, connection: number): Weather {
  const dice = new Dice((seed ^ Math.imul(connection + 1, 0x9e3779b1)) >>> 0);
  const kind = dice.weighted({ fair: 50, cut: 22, half_close: 8, crumbs: 10, slow: 10 });
  // As often among the first few bytes as among many.
  const afterBytes = Math.floor(Math.exp(dice.random.number() * Math.log(cutBytesMax)));
  const direction = dice.one<Direction>("up", "down", "down");
  switch (kind) {
    case "fair":
      return { kind };
    case "cut":
    case "half_close":
      return { kind, direction, afterBytes };
    case "crumbs":
      return { kind, bytes: dice.between(50, 600) };
    case "slow":
      return { kind, delayMsMax: dice.between(5, 120) };
  }
}
