/**
 * The real program by TLS, as clients that others wrote meet it.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { type ServerProcess, TextSoFar, Workspace } from "../support/chat_process.ts";
import { CertificateAuthority, type IssuedCertificate } from "../support/certificates.ts";
import { bearer, curl, curlJson } from "../support/curl.ts";
import { runTool, testWith, toolOutput } from "../support/tools.ts";

const tools = ["openssl", "curl"];

function install(workspace: Workspace, { cert, key }: IssuedCertificate): readonly string[] {
  const files = { cert: workspace.path("cert.pem"), key: workspace.path("key.pem") };
  Deno.writeTextFileSync(files.cert, cert);
  Deno.writeTextFileSync(files.key, key);
  return ["--tls-cert", files.cert, "--tls-key", files.key];
}

async function serve(
  workspace: Workspace,
  authority: CertificateAuthority,
  args: readonly string[] = [],
): Promise<ServerProcess> {
  return await workspace.serve({ args: [...install(workspace, await authority.issue()), ...args] });
}

testWith(tools, "curl and the server talk by TLS, and trust each other", async () => {
  await using workspace = new Workspace();
  await using authority = await CertificateAuthority.create();
  const { url } = await serve(workspace, authority);
  assertMatch(url, /^https:\/\/127\.0\.0\.1:\d+$/);
  const trust = ["--cacert", authority.certFile];
  const { token } = await curlJson(...trust, "-d", "user=alice", `${url}/connect`);
  await curl(...trust, ...bearer(String(token)), "-d", "text=hello", `${url}/send`);
  const { items } = await curlJson(...trust, ...bearer(String(token)), `${url}/messages`);
  assertEquals((items as { text: string }[]).map(({ text }) => text), ["hello"]);
  const version = ["-o", workspace.path("out"), "-w", "%{http_version} %{ssl_verify_result}"];
  assertEquals(await curl(...trust, ...version, "--http2", `${url}/docs`), "1.1 0");
  // 60: the peer's certificate can't be verified.
  await assertRejects(() => curl(`${url}/docs`), Error, "curl ended with 60");
});

testWith(tools, "who speaks plain HTTP to an address of TLS is told so", async () => {
  await using workspace = new Workspace();
  await using authority = await CertificateAuthority.create();
  const { url } = await serve(workspace, authority);
  const { status, detail } = await curlJson(`${url.replace("https", "http")}/docs`);
  assertEquals([status, detail], [
    400,
    "Cannot speak plain HTTP: this address speaks HTTPS.",
  ]);
});

testWith(tools, "a Unix socket stays plain beside addresses of TLS", async () => {
  if (Deno.build.os === "windows") return;
  await using workspace = new Workspace();
  await using authority = await CertificateAuthority.create();
  const path = workspace.path("chat.sock");
  const words = ["serve", "--db", ":memory:", "--log-format", "json", "--listen", "127.0.0.1:0"];
  const pair = install(workspace, await authority.issue());
  const process = workspace.start([...words, "--listen", `unix:${path}`, ...pair]);
  await process.err.find(/"url":"https:\/\/127\.0\.0\.1:\d+","also":"unix:/);
  assertMatch(await curl("--unix-socket", path, "http://localhost/docs"), /^<!doctype html>/i);
});

testWith(
  tools,
  "openssl agrees with the server on TLS 1.2 and 1.3, HTTP/1.1, and the chain",
  async () => {
    await using workspace = new Workspace();
    await using authority = await CertificateAuthority.create();
    const { url } = await serve(workspace, authority);
    const { host } = new URL(url);
    const connect = ["s_client", "-connect", host, "-CAfile", authority.certFile];
    for (const version of ["1_2", "1_3"]) {
      const told = await toolOutput("openssl", [
        ...connect,
        `-tls${version}`,
        "-alpn",
        "h2,http/1.1",
      ]);
      assertMatch(told, new RegExp(`TLSv${version.replace("_", ".")}`));
      assertMatch(told, /ALPN protocol: http\/1\.1/);
      assertMatch(told, /Verify return code: 0 \(ok\)/);
    }
    const old = await runTool("openssl", [...connect, "-tls1_1"]);
    assert(old.code !== 0, "TLS 1.1 is given up (RFC 8996)");
    const h2 = await runTool("openssl", [...connect, "-alpn", "h2"]);
    assertMatch(h2.err + h2.out, /alert no application protocol/);
  },
);

testWith(tools, "on SIGHUP the certificate is read anew, and no connection is lost", async () => {
  if (Deno.build.os === "windows") return;
  await using workspace = new Workspace();
  await using first = await CertificateAuthority.create();
  await using second = await CertificateAuthority.create();
  const { url, process } = await serve(workspace, first);
  const byFirst = ["--cacert", first.certFile];
  const bySecond = ["--cacert", second.certFile];
  const { token } = await curlJson(...byFirst, "-d", "user=alice", `${url}/connect`);
  const authorisation = bearer(String(token));
  const stream = new Deno.Command("curl", {
    args: ["-sSN", "--max-time", "60", ...byFirst, ...authorisation, `${url}/events`],
    stdout: "piped",
  }).spawn();
  const events = new TextSoFar(stream.stdout);
  await events.find(/event: caught_up/);

  const good = await second.issue();
  install(workspace, good);
  process.signal("SIGHUP");
  await process.err.find(/"The certificate has been read anew"/);
  assertMatch(await curl(...bySecond, `${url}/docs`), /^<!doctype html>/i);
  await assertRejects(() => curl(...byFirst, `${url}/docs`), Error, "curl ended with 60");

  const { key } = await second.issue();
  for (
    const [broken, why] of [
      [{ ...good, key }, "it is not the key of the first certificate in"],
      [{ ...good, cert: "" }, "there is no certificate in PEM in it"],
    ] as const
  ) {
    const from = process.err.text.length;
    install(workspace, broken);
    process.signal("SIGHUP");
    const [line] = await process.err.find(/^.*"The certificate before stays".*$/m, from);
    assertMatch(line, /"level":"error"/);
    assert(line.includes(why), line);
    assertMatch(await curl(...bySecond, `${url}/docs`), /^<!doctype html>/i);
  }
  await curl(...bySecond, ...authorisation, "-d", "text=still here", `${url}/send`);
  await events.find(/still here/);
  stream.kill("SIGTERM");
  await stream.status;
  await events.all;
});

testWith(
  tools,
  "a certificate that can't be used is told in one line that names the file",
  async () => {
    await using workspace = new Workspace();
    await using authority = await CertificateAuthority.create();
    const [one, other] = [await authority.issue(), await authority.issue()];
    for (
      const [{ cert, key }, why] of [
        [
          { cert: one.cert, key: other.key },
          /Cannot use \S*key\.pem: it is not the key of .*cert\.pem/,
        ],
        [
          { cert: one.key, key: one.key },
          /Cannot use \S*cert\.pem: there is no certificate in PEM/,
        ],
        [
          { cert: one.cert, key: one.cert },
          /Cannot use \S*key\.pem: there is no private key in PEM/,
        ],
        [
          { cert: one.cert.replace(/^M.*$/m, "@@@"), key: one.key },
          /Cannot use \S*cert\.pem and \S*key\.pem: /,
        ],
      ] as const
    ) {
      const files = install(workspace, { cert, key });
      const { code, err } = await workspace.run([
        ...["serve", "--port", "0", "--db", ":memory:", "--log-format", "json", ...files],
      ]);
      assertEquals(code, 1);
      assertMatch(err, /^[^\n]+\n$/);
      assertMatch(JSON.parse(err).why, why);
    }
    const missing = [
      "--tls-cert",
      workspace.path("none.pem"),
      "--tls-key",
      workspace.path("key.pem"),
    ];
    const { code, err } = await workspace.run(["serve", "--db", ":memory:", ...missing]);
    assertEquals(code, 1);
    assertMatch(err, /Cannot read \S*none\.pem: there is no such file"/);
  },
);

Deno.test("--tls-cert without --tls-key is refused in one line", async () => {
  await using workspace = new Workspace();
  const { code, err } = await workspace.run(["serve", "--tls-cert", "cert.pem"]);
  assertEquals(code, 2);
  assertEquals(err, "chat: Cannot use --tls-cert without --tls-key\n");
});
