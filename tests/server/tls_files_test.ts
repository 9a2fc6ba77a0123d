/**
 * The files with the certificate and its key.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/options.ts";
import { TlsKeyPairError } from "../../server/http/mod.ts";
import { keyPairFailure, readTlsFiles, TlsFilesError, tlsFilesOf } from "../../server/tls_files.ts";

const pem = (what: string) => `-----BEGIN ${what}-----\nAAAA\n-----END ${what}-----\n`;
const certificate = pem("CERTIFICATE");

/** Reads files of these texts; undefined for one that is not there. */
function read(cert: string | undefined, key: string | undefined): { cert: string; key: string } {
  const folder = Deno.makeTempDirSync({ prefix: "chat-test-" });
  const files = { cert: `${folder}/cert.pem`, key: `${folder}/key.pem` };
  try {
    if (cert !== undefined) Deno.writeTextFileSync(files.cert, cert);
    if (key !== undefined) Deno.writeTextFileSync(files.key, key);
    return readTlsFiles(files);
  } catch (failure) {
    if (!(failure instanceof TlsFilesError)) throw failure;
    throw new TlsFilesError(failure.message.replaceAll(`${folder}/`, ""));
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("tlsFilesOf() takes both files or none", () => {
  const options = { "tls-cert": undefined, "tls-key": undefined };
  assertEquals(tlsFilesOf(options), undefined);
  assertEquals(tlsFilesOf({ "tls-cert": "a", "tls-key": "b" }), { cert: "a", key: "b" });
  const noKey = assertThrows(() => tlsFilesOf({ ...options, "tls-cert": "a" }), UsageError);
  assertEquals(noKey.message, "Cannot use --tls-cert without --tls-key");
  const noCert = assertThrows(() => tlsFilesOf({ ...options, "tls-key": "b" }), UsageError);
  assertEquals(noCert.message, "Cannot use --tls-key without --tls-cert");
});

for (const kind of ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"]) {
  Deno.test(`readTlsFiles() reads a chain and a ${kind}, whatever else is in the files`, () => {
    const [cert, key] = [`some words\n${certificate}${certificate}`, `other words\n${pem(kind)}`];
    assertEquals(read(cert, key), { cert, key });
  });
}

for (
  const [cert, key, sentence] of [
    [undefined, undefined, "Cannot read cert.pem: there is no such file"],
    [certificate, undefined, "Cannot read key.pem: there is no such file"],
    ["", pem("PRIVATE KEY"), "Cannot use cert.pem: there is no certificate in PEM in it"],
    [pem("PRIVATE KEY"), certificate, "Cannot use cert.pem: there is no certificate in PEM in it"],
    ["\xff\0", "", "Cannot use cert.pem: there is no certificate in PEM in it"],
    [certificate, "", "Cannot use key.pem: there is no private key in PEM in it"],
    [certificate, certificate, "Cannot use key.pem: there is no private key in PEM in it"],
    [certificate, pem("PUBLIC KEY"), "Cannot use key.pem: there is no private key in PEM in it"],
    [
      certificate,
      pem("ENCRYPTED PRIVATE KEY"),
      "Cannot use key.pem: the key in it is encrypted",
    ],
    [
      certificate,
      "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n",
      "Cannot use key.pem: the key in it is encrypted",
    ],
  ] as const
) {
  const what = [cert, key].map((text) => JSON.stringify(text) ?? "nothing").join(" and ");
  Deno.test(`readTlsFiles() says of ${what}: ${sentence}`, () => {
    assertEquals(assertThrows(() => read(cert, key), TlsFilesError).message, sentence);
  });
}

Deno.test("readTlsFiles() says what else keeps a file from being read", () => {
  const folder = Deno.makeTempDirSync({ prefix: "chat-test-" });
  const error = assertThrows(() => readTlsFiles({ cert: folder, key: folder }), TlsFilesError);
  Deno.removeSync(folder);
  assert(error.message.startsWith(`Cannot read ${folder}: `), error.message);
});

Deno.test("readTlsFiles() says in words that too many files are open", () => {
  const { readTextFileSync } = Deno;
  Deno.readTextFileSync = () => {
    throw Object.assign(new Error("Too many open files (os error 24)"), { code: "EMFILE" });
  };
  try {
    const error = assertThrows(() => readTlsFiles({ cert: "c", key: "k" }), TlsFilesError);
    const why = "the server has as many files open as it may (ulimit -n)";
    assertEquals(error.message, `Cannot read c: ${why}`);
  } finally {
    Deno.readTextFileSync = readTextFileSync;
  }
});

for (
  const [cause, sentence] of [
    [
      new Error("keys may not be consistent: KeyMismatch"),
      "Cannot use key.pem: it is not the key of the first certificate in cert.pem",
    ],
    [new Error("Unable to decode"), "Cannot use cert.pem and key.pem: Unable to decode"],
  ] as const
) {
  Deno.test(`keyPairFailure() says: ${sentence}`, () => {
    const files = { cert: "cert.pem", key: "key.pem" };
    const failure = keyPairFailure(files, new TlsKeyPairError("no", { cause }));
    assertEquals(failure.message, sentence);
  });
}
