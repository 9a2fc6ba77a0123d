/**
 * What a load says of itself, line by line: that all are ready, what came of it, or what went wrong.
 *
 * @module
 */
import { z } from "zod";

const openedShape = z.strictObject({
  opened: z.int(),
  /** From the beginning until the first was ready, and until all were. */
  firstMicros: z.int(),
  allMicros: z.int(),
});

const outcomeShape = z.strictObject({
  messages: z.int(),
  deliveries: z.int(),
  /** From the first that was sent until the last had come. */
  micros: z.int(),
  /** CPU time of the load itself. */
  cpuMicros: z.int(),
  /** Whether all receivers of a room got its messages in the same order, whoever sent them. */
  oneOrder: z.boolean(),
  /** Of each message, until all had it and its sender was answered. */
  latencyMicros: z.array(z.int()),
});

const faultShape = z.strictObject({ fault: z.string() });

/** All connections are ready. */
export type Opened = z.infer<typeof openedShape>;

/** What came of it: all that was sent has come, whole and in its sender's order. */
export type Outcome = z.infer<typeof outcomeShape>;

/** @throws {Error} if the line tells of a fault, or tells nothing. */
export function parseOpened(line: string): Opened {
  return parse(openedShape, line);
}

/** @throws {Error} if the line tells of a fault, or tells nothing. */
export function parseOutcome(line: string): Outcome {
  return parse(outcomeShape, line);
}

function parse<Shape extends z.ZodType>(shape: Shape, line: string): z.infer<Shape> {
  if (line === "") throw new Error("the load ended and said nothing");
  const value: unknown = JSON.parse(line);
  const { data } = faultShape.safeParse(value);
  if (data !== undefined) throw new Error(data.fault);
  return shape.parse(value);
}
