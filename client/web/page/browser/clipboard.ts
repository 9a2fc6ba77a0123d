/**
 * The door to the clipboard, also where the page is not served securely.
 *
 * @module
 */

/** Copies a text; gives back whether the browser has done it. Called while a user acts. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Over plain HTTP there is no such thing; and where there is, it may not be allowed.
    return copySelected(text);
  }
}

/** The way of old, which copies what is selected. */
function copySelected(text: string): boolean {
  const area = document.createElement("textarea");
  const focused = document.activeElement;
  area.value = text;
  area.className = "visually-hidden";
  // Outside of an open dialog nothing can be selected.
  (focused?.closest("dialog") ?? document.body).append(area);
  area.select();
  const isDone = document.execCommand("copy");
  area.remove();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  return isDone;
}
