/**
 * Draws the screen of a terminal as SVG: text as text, each span held to its columns.
 *
 * @module
 */
import type { Look, Span } from "./spans.ts";

/** A screen, and what is told about it. */
export interface Picture {
  /** In the bar of the window; with the description also for those who don't see the picture. */
  readonly title: string;
  readonly description: string;
  readonly columns: number;
  readonly rows: readonly (readonly Span[])[];
  readonly cursor: { readonly column: number; readonly row: number };
}

/** Pixels. */
const cell = { width: 8.4, height: 19 };
const fontSize = 14;
/** From the top of a row to the line that letters stand on. */
const baseline = 14;
const padding = 16;
const barHeight = 36;

const paper = "#161b22";
const ink = "#e6edf3";
const frame = "#30363d";
const quiet = "#9198a1";
const cursorColour = "#58a6ff";

/** The sixteen colours, each of which can be read on our paper. */
const colours: readonly string[] = [
  ...["#848d97", "#ff7b72", "#3fb950", "#d29922", "#58a6ff", "#bc8cff", "#39c5cf", "#b1bac4"],
  ...["#9198a1", "#ffa198", "#56d364", "#e3b341", "#79c0ff", "#d2a8ff", "#56d4dd", "#ffffff"],
];

/** Drawn side by side they must touch, whatever a font takes for their width. */
const touching = /[\u2500-\u259f]/;

const style = [
  `text{font:${fontSize}px ui-monospace,SFMono-Regular,"SF Mono",Menlo,Consolas,` +
  `"Liberation Mono","DejaVu Sans Mono",monospace;fill:${ink};white-space:pre}`,
  ".b{font-weight:700}",
  ".d{fill-opacity:.62}",
  ".i{font-style:italic}",
  ".u{text-decoration:underline}",
  ".t{fill:" + quiet + ";text-anchor:middle}",
].join("");

/** The picture as a document without scripts, and with nothing that is fetched from elsewhere. */
export function drawSvg({ title, description, columns, rows, cursor }: Picture): string {
  const width = Math.ceil(columns * cell.width + 2 * padding);
  const height = barHeight + rows.length * cell.height + padding;
  const cursorBox = box({ column: cursor.column, columns: 1, row: cursor.row, fill: cursorColour });
  const lines = rows.flatMap((spans, row) => spans.flatMap((span) => drawSpan(span, row)));
  const lights = ["#ff5f57", "#febc2e", "#28c840"].map((fill, at) =>
    `<circle cx="${20 + at * 20}" cy="18" r="6" fill="${fill}"/>`
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" role="img"` +
    ` aria-labelledby="title desc" viewBox="0 0 ${width} ${height}"` +
    ` width="${width}" height="${height}">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="desc">${escaped(description)}</desc>`,
    `<style>${style}</style>`,
    `<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="9.5"` +
    ` fill="${paper}" stroke="${frame}"/>`,
    ...lights,
    `<text class="t" x="${width / 2}" y="23">${escaped(title)}</text>`,
    `<g transform="translate(${padding} ${barHeight})">`,
    cursorBox,
    ...lines,
    `</g>`,
    `</svg>`,
    "",
  ].join("\n");
}

function drawSpan({ column, columns, text, look }: Span, row: number): string[] {
  const fills = fillsOf(look);
  const drawn = fills.paper === undefined ? [] : [box({ column, columns, row, fill: fills.paper })];
  // Blanks at either end need no glyphs, but where they are underlined.
  const blanks = look.underlined ? 0 : text.length - text.trimStart().length;
  const shown = look.underlined ? text : text.trim();
  if (shown === "") return drawn;
  const held = look.underlined ? columns : columns - (text.length - shown.length);
  const attributes = [
    `x="${pixels((column + blanks) * cell.width)}"`,
    `y="${row * cell.height + baseline}"`,
    // One character needs no holding, and a picture would be stretched.
    ...(shown.length > 1 && !isPicture(shown) ? [`textLength="${pixels(held * cell.width)}"`] : []),
    ...(touching.test(shown) ? [`lengthAdjust="spacingAndGlyphs"`] : []),
    ...classes(look),
    ...(fills.ink === undefined ? [] : [`style="fill:${fills.ink}"`]),
  ];
  return [...drawn, `<text ${attributes.join(" ")}>${escaped(shown)}</text>`];
}

/** What a span is drawn with; `undefined`: as everything is. */
function fillsOf(look: Look): { readonly ink?: string; readonly paper?: string } {
  const own = {
    ...(look.ink !== undefined && { ink: colours[look.ink] ?? ink }),
    ...(look.paper !== undefined && { paper: colours[look.paper] ?? paper }),
  };
  return look.inverse ? { ink: own.paper ?? paper, paper: own.ink ?? ink } : own;
}

function classes({ bold, dim, italic, underlined }: Look): string[] {
  const names = [
    ...(bold ? ["b"] : []),
    ...(dim ? ["d"] : []),
    ...(italic ? ["i"] : []),
    ...(underlined ? ["u"] : []),
  ];
  return names.length === 0 ? [] : [`class="${names.join(" ")}"`];
}

function box(
  { column, columns, row, fill }: {
    readonly column: number;
    readonly columns: number;
    readonly row: number;
    readonly fill: string;
  },
): string {
  return `<rect x="${pixels(column * cell.width)}" y="${row * cell.height}"` +
    ` width="${pixels(columns * cell.width)}" height="${cell.height}" fill="${fill}"/>`;
}

function isPicture(text: string): boolean {
  return /^\p{Extended_Pictographic}/u.test(text);
}

/** In tenths, which no eye can tell from what it is exactly. */
function pixels(value: number): string {
  return String(Math.round(value * 10) / 10);
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (character) => entities[character] ?? character);
}
