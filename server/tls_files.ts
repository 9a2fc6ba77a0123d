/**
 * The files with the certificate and its key: read, and explained when they are of no use.
 *
 * @module
 */
import { UsageError } from "../lib/options.ts";
import { type TlsKeyPair, TlsKeyPairError } from "./http/mod.ts";

/** Where they are. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** They can't be used; the message is one sentence that names the file at fault. */
export class TlsFilesError extends Error {
  override readonly name = "TlsFilesError";
}

/**
 * The files that were chosen; `undefined` if there is to be no TLS.
 *
 * @throws {UsageError} if one was chosen without the other.
 */
export function tlsFilesOf(
  { "tls-cert": cert, "tls-key": key }: {
    readonly "tls-cert": string | undefined;
    readonly "tls-key": string | undefined;
  },
): TlsFiles | undefined {
  if (cert !== undefined && key !== undefined) return { cert, key };
  if (cert !== undefined) throw new UsageError("Cannot use --tls-cert without --tls-key");
  if (key !== undefined) throw new UsageError("Cannot use --tls-key without --tls-cert");
  return undefined;
}

/**
 * Reads both.
 *
 * @throws {TlsFilesError}
 */
export function readTlsFiles(files: TlsFiles): TlsKeyPair {
  const cert = readPem(files.cert);
  if (!/^-----BEGIN CERTIFICATE-----/m.test(cert)) {
    throw new TlsFilesError(`Cannot use ${files.cert}: there is no certificate in PEM in it`);
  }
  const key = readPem(files.key);
  if (/^-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(key)) {
    throw new TlsFilesError(`Cannot use ${files.key}: the key in it is encrypted`);
  }
  if (!/^-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/m.test(key)) {
    throw new TlsFilesError(`Cannot use ${files.key}: there is no private key in PEM in it`);
  }
  return { cert, key };
}

/** What is wrong with files that could be read, but not be used together. */
export function keyPairFailure(files: TlsFiles, { cause }: TlsKeyPairError): TlsFilesError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new TlsFilesError(
    why.includes("KeyMismatch")
      ? `Cannot use ${files.key}: it is not the key of the first certificate in ${files.cert}`
      : `Cannot use ${files.cert} and ${files.key}: ${why}`,
  );
}

function readPem(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (failure) {
    throw new TlsFilesError(`Cannot read ${path}: ${unreadable(failure)}`);
  }
}

function unreadable(failure: unknown): string {
  if (failure instanceof Deno.errors.NotFound) return "there is no such file";
  if (failure instanceof Deno.errors.PermissionDenied) return "it is not permitted";
  if (failure instanceof Error && "code" in failure && failure.code === "EMFILE") {
    return "the server has as many files open as it may (ulimit -n)";
  }
  return failure instanceof Error ? failure.message : String(failure);
}
