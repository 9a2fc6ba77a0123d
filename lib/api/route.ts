/**
 * How an operation is called: by which method, at which path.
 *
 * @module
 */

/** How an operation is called. */
export interface Call {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** The route template, as `/messages/{id}`. */
  readonly route: string;
}

/** The same in one line, as `GET /messages/{id}`. */
export type CallLine = `${Call["method"]} ${string}`;

/** How an operation is called that is written in one line. */
export function callOf(line: CallLine): Call {
  const [method, route] = line.split(" ");
  return { method, route } as Call;
}
