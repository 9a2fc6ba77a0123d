/**
 * The keys that the input knows, by the names that readline's users know, and how they are typed.
 *
 * @module
 */

/** What was pressed, or pasted. */
export type Key =
  /** Free of control characters. */
  | { readonly kind: "text"; readonly text: string }
  /** Pasted: may hold line breaks, which send nothing, and tabs; no other control characters. */
  | { readonly kind: "paste"; readonly text: string }
  | { readonly kind: "named"; readonly name: KeyName };

export type KeyName =
  | "enter"
  | "newline"
  | "tab"
  | "backtab"
  | "escape"
  | "backspace"
  | "delete"
  | "left"
  | "right"
  | "word_left"
  | "word_right"
  | "up"
  | "down"
  /** Of the line; the draft may have several. */
  | "home"
  | "end"
  | "draft_start"
  | "draft_end"
  | "history_previous"
  | "history_next"
  | "kill_left"
  | "kill_right"
  /** Back to a space. */
  | "kill_word"
  /** Back to what is no letter. */
  | "kill_word_left"
  | "kill_word_right"
  | "yank"
  | "yank_pop"
  | "transpose"
  | "transpose_words"
  | "undo"
  | "search"
  | "search_forward"
  | "abort"
  | "redraw"
  | "suspend"
  | "interrupt"
  | "end_of_input";

/** The keys that are one control character. */
export const controlKeys: Readonly<Record<string, KeyName>> = {
  "\r": "enter",
  "\n": "newline",
  "\t": "tab",
  "\x7f": "backspace",
  "\b": "backspace",
  "\x01": "home",
  "\x02": "left",
  "\x03": "interrupt",
  "\x04": "end_of_input",
  "\x05": "end",
  "\x06": "right",
  "\x07": "abort",
  "\x0b": "kill_right",
  "\x0c": "redraw",
  "\x0e": "history_next",
  "\x10": "history_previous",
  "\x12": "search",
  "\x13": "search_forward",
  "\x14": "transpose",
  "\x15": "kill_left",
  "\x17": "kill_word",
  "\x19": "yank",
  "\x1a": "suspend",
  "\x1b": "escape",
  "\x1f": "undo",
};

/** The keys that are one character with Alt. */
export const altKeys: Readonly<Record<string, KeyName>> = {
  b: "word_left",
  f: "word_right",
  d: "kill_word_right",
  t: "transpose_words",
  y: "yank_pop",
  "<": "draft_start",
  ">": "draft_end",
  "\r": "newline",
  "\n": "newline",
  "\x7f": "kill_word_left",
  "\b": "kill_word_left",
};
