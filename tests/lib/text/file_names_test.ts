/**
 * What a stranger calls a file, made safe.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import * as fc from "fast-check";
import {
  cleanFileName,
  contentDisposition,
  fileNameBytesMax,
} from "../../../lib/text/file_names.ts";

const acute = "\u0301";
const family = "👨\u200d👩\u200d👧\u200d👦";

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

for (
  const name of [
    "a",
    "report.pdf",
    "archive.tar.gz",
    "My holiday (1) [final] - 50% & more, it's $5 #7 @home ~v2; x=y+z!.jpeg",
    "-rf",
    "_",
    "a..b",
    "a  b",
    "Отчёт за март.docx",
    "報告書.txt",
    "보고서.hwp",
    "تقرير.pdf",
    "دوح שלום.txt",
    "प्रतिवेदन.odt",
    "รายงาน.txt",
    "😀.png",
    "👍🏽.png",
    "❤\ufe0f.png",
    "👩\u200d🚀.png",
    `${family}.png`,
    "🏳\ufe0f\u200d🌈.png",
    "🕵🏽\u200d♂\ufe0f.png",
    "👁\ufe0f\u200d🗨\ufe0f.png",
    "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}.png",
    "🇺🇦.png",
    "1\ufe0f\u20e3 #\ufe0f\u20e3.png",
    "console.log",
    "com.txt",
    "com10.txt",
    "aux cables.txt",
    "icon.png",
    "my.con",
    "a".repeat(fileNameBytesMax),
    `${"я".repeat(125)}.docx`,
  ]
) {
  Deno.test(`cleanFileName() leaves alone ${JSON.stringify(name).slice(0, 60)}`, () => {
    assertEquals(cleanFileName(name), name);
  });
}

for (
  const [name, clean, why] of [
    ["", "file", "nothing"],
    [".", "file", "this folder"],
    ["..", "file", "the folder above"],
    [" . . ", "file", "only dots and spaces"],
    ["\u3000\u00a0", "file", "only spaces of other kinds"],
    ["folder/", "file", "a folder"],
    ["/etc/passwd", "passwd", "a path"],
    ["../../x", "x", "a path that leads up"],
    ["C:\\Users\\me\\x.txt", "x.txt", "a path of Windows"],
    ["a/b\\c", "c", "both slashes"],
    ["a\\b/c", "c", "both slashes, the other way"],
    ["C:x.txt", "C_x.txt", "a drive"],
    ["x.txt:stream", "x.txt_stream", "an alternate stream"],
    ['<a>:"b"|c?*', "_a___b__c__", "what file systems refuse"],
    ["a\0b\nc\td\x1b[31m\x7f", "a_b_c_d_[31m_", "control characters"],
    ["a\x80b\x85c\x9f", "a_b_c_", "C1 controls"],
    ["a\u2028b\u2029", "a_b_", "line separators"],
    ["photo\u202egnp.exe", "photo_gnp.exe", "a reversal that hides the extension"],
    ["a\u2066b\u2069c\u200ed\u200fe\u061cf", "a_b_c_d_e_f", "other bidi controls"],
    ["a\u200bb\u200cc\u200dd\ufeffe\u00adf", "a_b_c_d_e_f", "characters of no width"],
    ["a\u3164b\u034fc\u2060", "a_b_c_", "what is drawn as nothing"],
    ["a\ufff9b\ufffac\ufffb", "a_b_c_", "annotations"],
    ["a\ufe0fb", "a_b", "a variation selector after a letter"],
    ["1\ufe0f.png", "1_.png", "a variation selector that makes no keycap"],
    ["😀\u200d.png", "😀_.png", "a joiner that joins nothing"],
    ["\u200d😀\u200d\u200d😀", "_😀__😀", "joiners before and between"],
    ["🇺\u200d😀", "🇺_😀", "a joiner after half a flag"],
    ["*\ufe0f\u20e3", "__\u20e3", "a keycap of what file systems refuse"],
    ["a\u{e0061}\u{e007f}", "a__", "tags without a flag"],
    ["🏴\u{e0061}\u{e007f}", "🏴__", "tags that make no flag"],
    ["a\ud800b\udc00", "a_b_", "halves of characters"],
    ["Zoe\u0308.txt", "Zo\u00eb.txt", "what can be composed"],
    [".bashrc", "bashrc", "a hidden file"],
    [" . .x", "x", "dots and spaces at the start"],
    ["x.txt. . ", "x.txt", "dots and spaces at the end"],
    ["\u00a0x\u2003", "x", "wide and no-break spaces at the ends"],
    ["con", "_con", "a device"],
    ["NUL.txt", "_NUL.txt", "a device with an extension"],
    ["aux.tar.gz", "_aux.tar.gz", "a device with two"],
    ["Com1", "_Com1", "a port"],
    ["lpt9.x", "_lpt9.x", "another port"],
    ["COM¹.txt", "_COM¹.txt", "a port with a raised number"],
    ["prn .txt", "_prn .txt", "a device and a space, which Windows drops"],
    ["CONIN$", "_CONIN$", "a device of the console"],
    ["CONOUT$.x", "_CONOUT$.x", "the other device of the console"],
    [".con", "_con", "a device once its dot is gone"],
  ] as const
) {
  Deno.test(`cleanFileName() makes ${JSON.stringify(clean)} of ${why}`, () => {
    assertEquals(cleanFileName(name), clean);
  });
}

const most = fileNameBytesMax;

for (
  const [name, clean, why] of [
    ["a".repeat(most + 1), "a".repeat(most), "a plain one"],
    [`${"a".repeat(most)}.jpeg`, `${"a".repeat(most - 5)}.jpeg`, "one with an extension"],
    [`${"я".repeat(200)}.txt`, `${"я".repeat(125)}.txt`, "one of two bytes a letter, one over"],
    [`${"😀".repeat(99)}.txt`, `${"😀".repeat(62)}.txt`, "one of four bytes a character"],
    [`${family.repeat(20)}.txt`, `${family.repeat(10)}.txt`, "one of 25 bytes an emoji"],
    [
      `${`q${acute}`.repeat(99)}.x`,
      `${`q${acute}`.repeat(84)}.x`,
      "one of letters with marks, that are not parted",
    ],
    [
      `${"a".repeat(300)}.${"b".repeat(31)}`,
      `${"a".repeat(most - 32)}.${"b".repeat(31)}`,
      "one with the longest extension",
    ],
    [
      `${"a".repeat(300)}.${"b".repeat(32)}`,
      "a".repeat(most),
      "one whose extension is longer than that",
    ],
    [`a.${"b".repeat(300)}`, `a.${"b".repeat(most - 2)}`, "one whose extension is none"],
    [`a${acute.repeat(300)}.txt`, "file.txt", "one whose first letter is too long alone"],
    [`a${acute.repeat(300)}`, "file", "one that is one letter too long alone"],
    [`a${".".repeat(300)}b`, "a.".padEnd(most - 1, ".") + "b", "dots before the last one"],
    [`a${" ".repeat(300)}b`, "a", "spaces that come to stand at the end"],
    // Were the run tried from each of its characters, this would not end.
    [`a${" ".repeat(1_000_000)}b`, "a", "more spaces than anyone has patience for"],
    [`con${" ".repeat(300)}b`, "_con", "what becomes a device"],
    [`con.${"b".repeat(251)}`, `_con.${"b".repeat(250)}`, "what was to be marked as a device"],
    [`nul${" ".repeat(300)}.txt`, `_nul${" ".repeat(most - 8)}.txt`, "a device with its extension"],
  ] as const
) {
  Deno.test(`cleanFileName() cuts to its bytes ${why}`, () => {
    assertEquals(cleanFileName(name), clean);
    assert(byteLength(clean) <= most);
  });
}

Deno.test("cleanFileName() lets no character through that must not be in a name", () => {
  const unsafe = /[\p{Cc}\p{Cs}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]/u;
  for (let code = 0; code <= 0x10ffff; code++) {
    const character = String.fromCodePoint(code);
    const clean = cleanFileName(`a${character}b`);
    const wanted = character === "/" || character === "\\"
      ? "b"
      : unsafe.test(character) || '<>:"|?*'.includes(character)
      ? "a_b"
      : /[\ufff9-\ufffb]/.test(character)
      ? "a_b"
      : `a${character}b`.normalize("NFC");
    if (clean !== wanted) throw new Error(`${code.toString(16)}: ${JSON.stringify(clean)}`);
  }
});

// Names of what has a meaning somewhere, in every order.
const part = fc.constantFrom(
  ...["a", "con", "nul", "я", "ש", "م", "字", "e", acute, "q", "_", "~", "$", "'", "%", "(", "1"],
  ...[".", "..", " ", "\u00a0", "\u3000", "/", "\\", ":", "*", "?", '"', "<", ">", "|", "#", "-"],
  ...["\0", "\n", "\x1b", "\x7f", "\x85", "\u2028", "\u202e", "\u2066", "\u200b", "\u200d"],
  ...[
    "\ufe0f",
    "\u20e3",
    "\u00ad",
    "\u034f",
    "\ufeff",
    "\ud800",
    "\udc00",
    "\u{e0067}",
    "\u{e007f}",
  ],
  ...["😀", "👩", "🚀", "🏽", "🏴", "🏳", "❤", "🇺", family, ".txt", ".tar.gz", "\u037e", "\u212a"],
  ...["\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}", " ".repeat(90), "x".repeat(120)],
  ...[acute.repeat(120), "я".repeat(60), "👩\u200d".repeat(20), "COM1", "aux"],
);
const anyName = fc.oneof(
  fc.array(part, { maxLength: 12 }).map((parts) => parts.join("")),
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.string({ unit: "grapheme", maxLength: 300 }),
  fc.array(fc.nat(0xffff), { maxLength: 300 }).map((codes) => String.fromCharCode(...codes)),
);

Deno.test("cleanFileName() keeps its promises whatever the name, and keeps what it made", () => {
  fc.assert(
    fc.property(anyName, (name) => {
      const clean = cleanFileName(name);
      assertEquals(cleanFileName(clean), clean, "twice is as once");
      assertEquals(clean.normalize("NFC"), clean);
      assert(clean.isWellFormed());
      assert(clean !== "" && byteLength(clean) <= fileNameBytesMax, `${byteLength(clean)} bytes`);
      // deno-lint-ignore no-control-regex -- control characters are what must not be there.
      assert(!/[/\\<>:"|?*\x00-\x1f\x7f-\x9f\u2028\u2029\p{Bidi_Control}]/u.test(clean));
      assert(!/^[.\s]|[.\s]$/u.test(clean), "neither hidden nor hollow");
      assert(!/^(con|prn|aux|nul|com\d|lpt\d) *(\.|$)/i.test(clean), "no device");
    }),
    { numRuns: 3000 },
  );
});

Deno.test("contentDisposition() has the name in ASCII and whole", () => {
  for (
    const [name, fallback, encoded] of [
      ["report.pdf", "report.pdf", "report.pdf"],
      ["my report.pdf", "my report.pdf", "my%20report.pdf"],
      ["Отчёт.docx", "_____.docx", "%D0%9E%D1%82%D1%87%D1%91%D1%82.docx"],
      ["😀.png", "_.png", "%F0%9F%98%80.png"],
      ["it's (1).txt", "it's (1).txt", "it%27s%20%281%29.txt"],
      ["50%41;x=y,z.txt", "50_41;x=y,z.txt", "50%2541%3Bx%3Dy%2Cz.txt"],
      ["!#$&+^`~.txt", "!#$&+^`~.txt", "!%23%24%26%2B%5E%60~.txt"],
      ['a"\r\nSet-Cookie: b\\c', "c", "c"],
      ['a"\r\nSet-Cookie: b', "a___Set-Cookie_ b", "a___Set-Cookie_%20b"],
      ["../../.profile", "profile", "profile"],
      ["", "file", "file"],
    ] as const
  ) {
    for (const kind of ["inline", "attachment"] as const) {
      assertEquals(
        contentDisposition(kind, name),
        `${kind}; filename="${fallback}"; filename*=UTF-8''${encoded}`,
      );
    }
  }
});

Deno.test("contentDisposition() is visible ASCII whatever the name, and gives the name back", () => {
  fc.assert(
    fc.property(anyName, (name) => {
      const field = contentDisposition("attachment", name);
      // RFC 6266 §4.1: a quoted text without escapes; RFC 8187 §3.2.1: its `value-chars`.
      const shape =
        /^attachment; filename="[\x20\x21\x23-\x5b\x5d-\x7e]+"; filename\*=UTF-8''((?:[\w!#$&+\-.^`|~]|%[0-9A-F]{2})+)$/;
      assertMatch(field, shape);
      const encoded = shape.exec(field)?.[1] ?? "";
      assertEquals(decodeURIComponent(encoded), cleanFileName(name));
    }),
    { numRuns: 1000 },
  );
});
