/**
 * Bytes as text that can be read, typed and pasted into a test.
 *
 * @module
 */

/** Escapes of bytes that have a short one. */
const names: Readonly<Record<string, string>> = {
  "\r": "\\r",
  "\n": "\\n",
  "\t": "\\t",
  "\\": "\\\\",
};

/**
 * `text`, one character a byte, as the inside of a string literal in double quotes; a run of ten or
 * more of the same character is written `{×N c}`.
 */
export function escapedText(text: string): string {
  return text.replace(/(.)\1{9,}|[^ !#-[\]-~\u0100-\uffff]/gs, (found, repeated) => {
    if (repeated !== undefined) return `{×${found.length} ${escapedByte(repeated)}}`;
    return escapedByte(found);
  });
}

function escapedByte(char: string): string {
  if (/[ !#-[\]-~\u0100-\uffff]/.test(char)) return char;
  if (char === '"') return '\\"';
  return names[char] ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`;
}
