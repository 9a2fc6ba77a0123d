/**
 * Checks the files of TLS: can they be used, for which names, and for how long?
 *
 * @module
 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { dayMs } from "../../lib/domain/bounds.ts";
import { parseAddress } from "../../lib/text/addresses.ts";
import { shellWord } from "../operator/shell_word.ts";
import { readTlsFiles, type TlsFiles, TlsFilesError } from "../tls_files.ts";
import { type Finding, roughTime } from "./finding.ts";
import type { Visit } from "./visit.ts";

/** A certificate that ends sooner should have been renewed: those who issue for 90 days do at 30. */
export const lifeLeftLowMs = 21 * dayMs;

/** Most certificates of a file that are looked at; a chain has three or four. */
export const chainLengthMax = 10;

/** What is read of the certificates of a chain. */
export interface CertificateFacts {
  /** Whose it is, as `CN=chat.example`. */
  readonly subject: string;
  readonly issuer: string;
  readonly startsMs: number;
  readonly endsMs: number;
  /** Whether the next certificate of the file has signed it; absent: there is no next one. */
  readonly isSignedByNext?: boolean;
}

export interface ChainFacts {
  readonly files: TlsFiles;
  /** The server's own first. */
  readonly chain: readonly CertificateFacts[];
  /** Whether the first one says where to get the next: then a browser may miss that. */
  readonly namesIssuer: boolean;
  readonly isPair: boolean;
  /** Names by which the server is to be known, and that the first one is not for. */
  readonly uncovered: readonly string[];
  /** Names that it is for. */
  readonly names: string;
  /** Whether others on this machine may read the key. */
  readonly isKeyOpen: boolean;
  readonly nowMs: number;
}

export function checkCertificate({ tlsFiles, config, url, clock }: Visit): readonly Finding[] {
  if (tlsFiles === undefined) return [];
  const host = url === undefined ? [] : [new URL(url).hostname];
  const names = [...new Set([...config["allowed-host"], ...host])];
  try {
    return judgeChain(lookAtChain(tlsFiles, names, clock.now()));
  } catch (failure) {
    if (!(failure instanceof TlsFilesError)) throw failure;
    return [{
      verdict: "failed",
      looked: tlsFiles.cert,
      found: failure.message,
      advice: "name what the issuer has sent: --tls-cert fullchain.pem --tls-key privkey.pem",
    }];
  }
}

/**
 * Reads the files.
 *
 * @param names By which the server is to be known.
 * @throws {TlsFilesError} if they can't be read, or hold something else.
 */
export function lookAtChain(files: TlsFiles, names: readonly string[], nowMs: number): ChainFacts {
  const { cert, key } = readTlsFiles(files);
  const texts = cert.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  const chain = texts.slice(0, chainLengthMax).map((text, at) =>
    parsed(files.cert, at, () => new X509Certificate(text))
  );
  const [first] = chain;
  if (first === undefined) {
    throw new TlsFilesError(`Cannot use ${files.cert}: the certificate in it is cut off`);
  }
  const privateKey = parsed(files.key, undefined, () => createPrivateKey(key));
  const mode = Deno.statSync(files.key).mode ?? 0;
  return {
    files,
    chain: chain.map((each, at) => {
      const next = chain[at + 1];
      return {
        subject: oneLine(each.subject),
        issuer: oneLine(each.issuer),
        startsMs: Date.parse(each.validFrom),
        endsMs: Date.parse(each.validTo),
        ...(next !== undefined && {
          isSignedByNext: each.verify(next.publicKey),
        }),
      };
    }),
    namesIssuer: /CA Issuers/.test(first.infoAccess ?? ""),
    isPair: first.checkPrivateKey(privateKey),
    uncovered: names.filter((name) => !isFor(first, name)),
    names: (first.subjectAltName ?? "").replaceAll(/\b(DNS|IP Address):/g, "") || "no name at all",
    isKeyOpen: (mode & 0o007) !== 0,
    nowMs,
  };
}

function parsed<Value>(file: string, at: number | undefined, parse: () => Value): Value {
  try {
    return parse();
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    const which = at === undefined ? "the key" : `certificate ${at + 1}`;
    throw new TlsFilesError(`Cannot use ${file}: ${which} can't be read: ${cause.message}`);
  }
}

function isFor(certificate: X509Certificate, name: string): boolean {
  const bare = name.replace(/^\[|\]$/g, "");
  const isAddress = parseAddress(bare) !== undefined;
  const match = isAddress ? certificate.checkIP(bare) : certificate.checkHost(bare);
  return match !== undefined;
}

function oneLine(name: string): string {
  return name.replaceAll("\n", ", ");
}

export function judgeChain(facts: ChainFacts): readonly Finding[] {
  const { files, chain, isPair, uncovered, names, isKeyOpen } = facts;
  const findings: Finding[] = [];
  if (!isPair) {
    findings.push({
      verdict: "failed",
      looked: files.key,
      found: `it is not the key of the first certificate in ${files.cert}`,
      advice: "name the two that belong together; the server's own certificate stands first",
    });
  }
  findings.push(...judgeOrder(facts), ...chain.flatMap((each, at) => judgeTime(facts, each, at)));
  for (const name of uncovered) {
    findings.push({
      verdict: "warning",
      looked: files.cert,
      found: `it is not for ${name}, but for ${names}`,
      advice: `have one issued that is for ${name} as well, or leave it out of --allowed-host`,
    });
  }
  if (isKeyOpen) {
    findings.push({
      verdict: "warning",
      looked: files.key,
      found: "anyone on this machine may read the key",
      advice: `chmod o= ${shellWord(files.key)}`,
    });
  }
  return findings;
}

function judgeOrder({ files, chain, namesIssuer }: ChainFacts): readonly Finding[] {
  const looked = files.cert;
  const wrong = chain.findIndex(({ isSignedByNext }) => isSignedByNext === false);
  if (wrong !== -1) {
    return [{
      verdict: "failed",
      looked,
      found: `certificate ${wrong + 1} (${chain[wrong]?.subject}) is not signed by the one after ` +
        `it (${chain[wrong + 1]?.subject}), so that clients can't follow the chain`,
      advice: "cat server.pem intermediate.pem > fullchain.pem: each is signed by the next",
    }];
  }
  if (chain.length > 1 || !namesIssuer) return [];
  return [{
    verdict: "warning",
    looked,
    found: `the certificate that has signed it (${chain[0]?.issuer}) is missing: some clients ` +
      "will not trust the server",
    advice: "--tls-cert with the whole chain, often called fullchain.pem",
  }];
}

function judgeTime(
  { files, nowMs, names }: ChainFacts,
  { subject, startsMs, endsMs }: CertificateFacts,
  at: number,
): readonly Finding[] {
  const looked = files.cert;
  const which = at === 0 ? "the certificate" : `certificate ${at + 1} (${subject})`;
  const end = new Date(endsMs).toISOString();
  const renew = "renew it, as by certbot renew; then kill -HUP the server, which goes on";
  if (nowMs < startsMs) {
    return [{
      verdict: "failed",
      looked,
      found: `${which} holds only from ${new Date(startsMs).toISOString()} on`,
      advice: "see whether the clock of this machine is right: date -u",
    }];
  }
  if (nowMs >= endsMs) {
    const found = `${which} has ended ${roughTime(nowMs - endsMs)} ago, on ${end}`;
    return [{ verdict: "failed", looked, found, advice: renew }];
  }
  const left = `ends in ${roughTime(endsMs - nowMs)}, on ${end}`;
  if (endsMs - nowMs < lifeLeftLowMs) {
    return [{ verdict: "warning", looked, found: `${which} ${left}`, advice: renew }];
  }
  return at === 0 ? [{ verdict: "ok", looked, found: `for ${names}; it ${left}` }] : [];
}
