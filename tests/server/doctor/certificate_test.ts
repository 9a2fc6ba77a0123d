/**
 * What is said of the files of TLS.
 *
 * @module
 */
import { assertEquals, assertMatch } from "@std/assert";
import { dayMs } from "../../../lib/domain/bounds.ts";
import {
  type CertificateFacts,
  type ChainFacts,
  chainLengthMax,
  judgeChain,
  lifeLeftLowMs,
  lookAtChain,
} from "../../../server/doctor/certificate.ts";
import { CertificateAuthority } from "../../support/certificates.ts";
import { testWith } from "../../support/tools.ts";

const nowMs = Date.UTC(2026, 10, 20);
const own: CertificateFacts = {
  subject: "CN=chat.example",
  issuer: "CN=middle",
  startsMs: nowMs - dayMs,
  endsMs: nowMs + 60 * dayMs,
  isSignedByNext: true,
};
const middle: CertificateFacts = {
  subject: "CN=middle",
  issuer: "CN=root",
  startsMs: nowMs - dayMs,
  endsMs: nowMs + 600 * dayMs,
};
const sound: ChainFacts = {
  files: { cert: "chain.pem", key: "key.pem" },
  chain: [own, middle],
  namesIssuer: true,
  isPair: true,
  uncovered: [],
  names: "chat.example",
  isKeyOpen: false,
  nowMs,
};

function told(facts: Partial<ChainFacts>): string[] {
  return judgeChain({ ...sound, ...facts }).map(({ verdict, found }) => `${verdict}: ${found}`);
}

Deno.test("a chain that is as it should be is told with its names and its end", () => {
  assertEquals(told({}), ["ok: for chat.example; it ends in 60 days, on 2027-01-19T00:00:00.000Z"]);
});

Deno.test("a certificate that ends soon is a warning, and one that has ended a failure", () => {
  const ends = (endsMs: number) => told({ chain: [{ ...own, endsMs }, middle] })[0] ?? "";
  assertMatch(ends(nowMs + lifeLeftLowMs), /^ok: /);
  assertMatch(ends(nowMs + lifeLeftLowMs - 1), /^warning: the certificate ends in 20 days/);
  assertMatch(ends(nowMs + 1), /^warning: /);
  assertMatch(ends(nowMs), /^failed: the certificate has ended 0 ms ago/);
  const last = told({ chain: [own, { ...middle, endsMs: nowMs - dayMs }] });
  assertMatch(last[1] ?? "", /^failed: certificate 2 \(CN=middle\) has ended 24 h ago/);
});

Deno.test("a certificate that does not hold yet is a failure", () => {
  const starts = (startsMs: number) => told({ chain: [{ ...own, startsMs }, middle] })[0] ?? "";
  assertMatch(starts(nowMs), /^ok: /);
  assertMatch(
    starts(nowMs + 1),
    /^failed: the certificate holds only from 2026-11-20T00:00:00.001Z/,
  );
});

Deno.test("a chain in another order, or without its middle, is told", () => {
  const disordered = told({ chain: [{ ...own, isSignedByNext: false }, middle] });
  assertMatch(disordered[0] ?? "", /^failed: certificate 1 \(CN=chat.example\) is not signed by/);
  const alone = { ...own };
  delete (alone as { isSignedByNext?: boolean }).isSignedByNext;
  assertMatch(told({ chain: [alone] })[0] ?? "", /^warning: .*\(CN=middle\) is missing/);
  assertMatch(told({ chain: [alone], namesIssuer: false })[0] ?? "", /^ok: /);
});

Deno.test("a wrong key, a name that is not covered, and an open key are told", () => {
  assertMatch(told({ isPair: false })[0] ?? "", /^failed: it is not the key of the first/);
  assertMatch(
    told({ uncovered: ["b.example"] })[1] ?? "",
    /^warning: it is not for b.example, but/,
  );
  assertMatch(told({ isKeyOpen: true })[1] ?? "", /^warning: anyone on this machine may read/);
});

testWith(["openssl"], "lookAtChain() reads what openssl has written", async () => {
  await using authority = await CertificateAuthority.create();
  await using other = await CertificateAuthority.create();
  const { cert, key } = await authority.issue();
  const folder = await Deno.makeTempDir({ prefix: "chat-test-" });
  const files = { cert: `${folder}/cert.pem`, key: `${folder}/key.pem` };
  const look = async (certs: readonly string[], names: readonly string[] = []) => {
    await Deno.writeTextFile(files.cert, certs.join(""));
    return lookAtChain(files, names, nowMs);
  };
  try {
    await Deno.writeTextFile(files.key, key, { mode: 0o600 });
    const names = ["localhost", "[::1]", "127.0.0.1", "chat.example", "10.0.0.1"];
    const facts = await look([cert, authority.cert], names);
    assertEquals(facts.uncovered, ["chat.example", "10.0.0.1"]);
    assertEquals(facts.names, "localhost, 127.0.0.1, ::1");
    assertEquals(facts.chain.map(({ isSignedByNext }) => isSignedByNext), [true, undefined]);
    assertEquals([facts.isPair, facts.isKeyOpen, facts.namesIssuer], [true, false, false]);
    // Of the same name, and yet another.
    const foreign = await look([cert, other.cert]);
    assertEquals(foreign.chain[0]?.isSignedByNext, false);
    for (const count of [chainLengthMax - 1, chainLengthMax, chainLengthMax + 1]) {
      const { chain } = await look(Array.from({ length: count }, () => cert));
      assertEquals(chain.length, Math.min(count, chainLengthMax));
    }
    await Deno.chmod(files.key, 0o644);
    await Deno.writeTextFile(files.key, (await other.issue()).key);
    const changed = await look([cert]);
    assertEquals([changed.isPair, changed.isKeyOpen], [false, true]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
