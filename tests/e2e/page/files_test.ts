/**
 * Files on the page: put into messages, shown or saved by others.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { onThePage } from "./visit.ts";
import type { Visitor } from "./visitor.ts";

/** A picture of one dot. */
const dot =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg" +
  "gg==";

/** A folder for what is uploaded and downloaded, gone with the test. */
class Folder implements AsyncDisposable {
  readonly path = Deno.makeTempDirSync({ prefix: "chat-test-" });

  async put(name: string, content: string | Uint8Array<ArrayBuffer>): Promise<string> {
    const path = `${this.path}/${name}`;
    await Deno.writeFile(path, new Uint8Array(await new Blob([content]).arrayBuffer()));
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

async function attach(visitor: Visitor, ...paths: string[]): Promise<void> {
  const [chooser] = await Promise.all([
    visitor.page.waitForFileChooser(),
    visitor.press("Attach files"),
  ]);
  await chooser.accept(paths);
}

/** Has the network of a page send so many bytes a second; 0: none at all. */
async function throttle({ page }: Visitor, bytesPerSecond: number): Promise<void> {
  await page.emulateNetworkConditions({
    offline: bytesPerSecond === 0,
    latency: 0,
    upload: bytesPerSecond,
    download: bytesPerSecond,
  });
}

onThePage("a picture is shown, and what could do harm can only be saved", async (visit) => {
  await using folder = new Folder();
  const [alice, bob] = [await visit.join({ name: "alice" }), await visit.join({ name: "bob" })];
  const script = "<script>document.title = 'taken'</script>";
  await attach(
    alice,
    await folder.put("точка 🔴.png", Uint8Array.fromBase64(dot)),
    await folder.put("evil.html", script),
    await folder.put("evil.svg", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    await folder.put("fake.png", script),
  );
  await alice.sees("4 files ready to be sent");
  await alice.say("see these");
  await bob.page.waitForSelector("article img");
  const shown = "[...document.images].map(({ alt, naturalWidth }) => [alt, naturalWidth])";
  assertEquals(await bob.page.evaluate(shown), [["точка 🔴.png", 1]]);
  const session = await bob.page.createCDPSession();
  await session.send("Browser.setDownloadBehavior", {
    behavior: "allow",
    browserContextId: bob.page.browserContext().id ?? "",
    downloadPath: `${folder.path}/saved`,
  });
  await bob.press("Download: evil.html");
  await bob.comes("the file", () => {
    try {
      return Deno.readTextFileSync(`${folder.path}/saved/evil.html`) === script;
    } catch (failure) {
      if (!(failure instanceof Deno.errors.NotFound)) throw failure;
      return false;
    }
  });
  await bob.press("Show точка 🔴.png as a whole");
  await bob.find("dialog", "точка 🔴.png");
  await bob.page.keyboard.press("Escape");
  assertEquals(await bob.page.$("dialog[open]"), null);
  assertEquals(await bob.page.title(), "common · chat");
  // Where it is not seen any more, it is not kept either.
  const address = await bob.page.$eval("article img", (image) => image.getAttribute("src"));
  const isKept = `new Promise((resolve) => {
    const image = new Image();
    image.onload = () => resolve(true);
    image.onerror = () => resolve(false);
    image.src = ${JSON.stringify(address)};
  })`;
  assertEquals(await bob.page.evaluate(isKept), true);
  await bob.page.evaluate("location.hash = '#/to/alice'");
  await bob.isIn(/^Message to .alice/);
  assertEquals(await bob.page.evaluate(isKept), false);
});

onThePage("an upload tells how far it has come, and can be cancelled", async (visit) => {
  await using folder = new Folder();
  const alice = await visit.join({ name: "alice" });
  const path = await folder.put("large.bin", new Uint8Array(2_000_000));
  await throttle(alice, 200_000);
  await attach(alice, path);
  await alice.page.waitForFunction(
    "(bar => bar !== null && bar.value > 0 && bar.value < bar.max)(document.querySelector('progress'))",
  );
  await alice.say("not yet");
  await alice.sees("Not sent: a file is still being uploaded");
  await alice.press("Cancel: large.bin");
  await alice.misses("large.bin");
  await throttle(alice, -1);
  await alice.say("then without it");
  await alice.page.waitForSelector("article");
  assertEquals((await alice.messages()).map(({ text }) => text.includes("large.bin")), [false]);
});

onThePage("an upload goes on when there is a network again", async (visit) => {
  await using folder = new Folder();
  const alice = await visit.join({ name: "alice" });
  await throttle(alice, 0);
  const failed = new Promise((resolve) => alice.page.once("requestfailed", resolve));
  await attach(alice, await folder.put("a.txt", "abc"));
  await failed;
  await throttle(alice, -1);
  await alice.sees("1 file ready to be sent");
});

onThePage("what is too large is told before it is sent", async (visit) => {
  await using folder = new Folder();
  const alice = await visit.join({ name: "alice" });
  const uploads: string[] = [];
  alice.page.on("request", (request) => {
    if (request.url().includes("/files")) uploads.push(request.url());
  });
  // The page knows the bound a moment after it is shown.
  await Promise.all([
    alice.page.waitForResponse((response) => response.url().endsWith("/status")),
    alice.page.reload(),
  ]);
  await alice.isIn(/^Message /);
  await attach(alice, await folder.put("large.bin", new Uint8Array(1025)));
  await alice.sees("a file may have 1 KB");
  await attach(alice, await folder.put("just.bin", new Uint8Array(1024)));
  await alice.sees("1 file ready to be sent");
  assertEquals(uploads.length, 1);
}, { args: ["--max-file", "1KB"] });

onThePage("files stay in the message to someone who takes another name", async (visit) => {
  await using folder = new Folder();
  const alice = await visit.join({ name: "alice" });
  const bob = await visit.company.guest("bob");
  await alice.page.evaluate("location.hash = '#/to/bob'");
  await alice.isIn(/^Message to .bob/);
  await bob.ask("POST /send", { to: "alice", text: "hello" });
  await alice.reads("hello");
  await attach(alice, await folder.put("a.txt", "abc"));
  await alice.sees("1 file ready to be sent");
  await bob.ask("PATCH /me", { name: "robert" });
  await alice.isIn(/^Message to .robert/);
  await alice.sees("1 file ready to be sent");
  await alice.say("with it");
  await alice.find("button", "Download: a.txt");
});

onThePage("a picture that is looked at stays, however much comes in", async (visit) => {
  await using folder = new Folder();
  const alice = await visit.join({ name: "alice" });
  const bob = await visit.company.guest("bob");
  await attach(alice, await folder.put("dot.png", Uint8Array.fromBase64(dot)));
  await alice.sees("1 file ready to be sent");
  await alice.say("see this");
  await alice.page.waitForSelector("article img");
  await alice.press("Show dot.png as a whole");
  await alice.find("dialog", "dot.png");
  for (let count = 1; count <= 20; count++) {
    await bob.ask("POST /send", { text: `${count}${"\n.".repeat(20)}` });
  }
  // What is near is told by the browser when it has drawn.
  const far = "document.querySelector('article .picture').getBoundingClientRect().bottom < -2000";
  await alice.page.waitForFunction(far);
  await alice.page.evaluate("new Promise((done) => setTimeout(done, 100))");
  await alice.find("dialog", "dot.png");
}, { args: ["--limit", "1000"] });
