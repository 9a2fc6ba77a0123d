/**
 * Files are sent and saved on a terminal, which shows how far they have come.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { TmuxTerminal } from "../../support/tmux.ts";
import { draft, inCompany, prompt, said } from "./company.ts";
import { Wire } from "./wire.ts";

/** Bytes of every kind, which no decoding would leave alone. */
function someBytes(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, at) => (at * 31 + (at >> 8)) & 0xff);
}

/** The row of a file that is on its way. */
function progress(name: string, size: string): RegExp {
  return new RegExp(`^${RegExp.escape(name)} [█─]{20} +(\\d+)% of ${RegExp.escape(size)}`, "m");
}

inCompany("a file is sent with a text, and saved byte by byte as it was", async (company) => {
  const bytes = someBytes(300_000);
  await Deno.writeFile(company.workspace.path("holiday photo.jpg"), bytes);
  const alice = await company.seat("alice");
  const bob = await company.seat("bob");
  await alice.enter("/file holiday\\ photo.jpg the beach");
  const [, file] = await bob.sees(
    /alice the beach\n.*\[file (\d+): holiday photo\.jpg, 293 KB\] #\d+$/m,
  );
  await bob.enter(`/save ${file} beach.jpg`);
  await bob.sees("Saved as beach.jpg (293 KB)");
  assertEquals(await Deno.readFile(company.workspace.path("beach.jpg")), bytes);
  await bob.enter(`/save ${file} beach.jpg`);
  await bob.sees(/^Cannot write beach\.jpg: /m);
  await bob.enter(`/save ${file}`);
  await bob.sees("Saved as holiday photo (2).jpg (293 KB)");
});

inCompany("a private file is for one, and who may not have it is told so", async (company) => {
  await Deno.writeTextFile(company.workspace.path("secret.txt"), "1234");
  const alice = await company.seat("alice");
  const bob = await company.seat("bob");
  const carol = await company.seat("carol");
  await alice.enter("/query bob");
  await alice.sees(prompt(">> bob"));
  await alice.enter("/file secret.txt");
  const [, file] = await bob.sees(/>> alice → bob \[file (\d+): secret\.txt, 4 bytes\] #\d+$/m);
  await carol.enter(`/save ${file}`);
  await carol.sees(/^Cannot do \/save: /m);
});

inCompany("what is too large, or is no file, is told before anything is sent", async (company) => {
  await Deno.writeFile(company.workspace.path("large.bin"), new Uint8Array(2048));
  const alice = await company.seat("alice");
  await alice.enter("/file large.bin");
  await alice.sees("Cannot send large.bin: it has 2 KB, and files may have 1 KB");
  await alice.enter("/file .");
  await alice.sees(/^Cannot read \.: /m);
  await alice.enter("/file missing.txt");
  await alice.sees(/^Cannot read missing\.txt: /m);
}, ["--max-file", "1KB"]);

inCompany("while a file is on its way a bar shows how far it is, and one can type", async (
  company,
) => {
  await using wire = new Wire(company.url);
  wire.clog();
  const bytes = someBytes(4 * 1024 * 1024);
  await Deno.writeFile(company.workspace.path("film.bin"), bytes);
  const bob = await company.seat("bob");
  const alice = await company.seat("alice", { server: wire.url });
  await alice.enter("/file film.bin");
  await alice.sees(progress("film.bin", "4 MB"));
  await alice.type("meanwhile");
  await alice.sees(draft("common", "meanwhile"));
  wire.clear();
  await bob.sees(/alice \[file \d+: film\.bin, 4 MB\] #\d+$/m);
  await showsNoBar(alice);
  await alice.sees(draft("common", "meanwhile"));
  await alice.key("Enter");
  await bob.sees(said("alice", "meanwhile"));
});

inCompany("while a file is saved a bar shows how far it is", async (company) => {
  await using wire = new Wire(company.url);
  wire.clog();
  const bytes = someBytes(4 * 1024 * 1024);
  await Deno.writeFile(company.workspace.path("film.bin"), bytes);
  const alice = await company.seat("alice");
  await alice.enter("/file film.bin");
  const [, file] = await alice.sees(/\[file (\d+): film\.bin, 4 MB\] #\d+$/m);
  const bob = await company.seat("bob", { server: wire.url });
  await bob.enter(`/save ${file} copy.bin`);
  const [, percent] = await bob.sees(progress("film.bin", "4 MB"));
  assert(Number(percent) < 50, `${percent}% have come, but most is held back`);
  wire.clear();
  await bob.sees("Saved as copy.bin (4 MB)");
  await showsNoBar(bob);
  assertEquals(await Deno.readFile(company.workspace.path("copy.bin")), bytes);
});

async function showsNoBar(terminal: TmuxTerminal): Promise<void> {
  await terminal.comes("a screen without a bar", (screen) => !screen.join("").includes("██"));
}
