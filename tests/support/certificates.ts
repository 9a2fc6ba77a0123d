/**
 * Certificates that tests make for themselves, by `openssl`.
 *
 * @module
 */
import { toolOutput } from "./tools.ts";

/** A certificate and its key, in PEM. */
export interface IssuedCertificate {
  readonly cert: string;
  readonly key: string;
}

const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"] as const;

/** Signs certificates for this machine that those trust who trust its own. */
export class CertificateAuthority implements AsyncDisposable {
  /** Its own certificate in PEM, and where that is. */
  readonly cert: string;
  readonly certFile: string;
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.certFile = `${folder}/authority.pem`;
    this.cert = Deno.readTextFileSync(this.certFile);
  }

  static async create(): Promise<CertificateAuthority> {
    const folder = await Deno.makeTempDir({ prefix: "chat-certificates-" });
    await toolOutput("openssl", [
      ...["req", "-x509", ...newKey, "-days", "2", "-subj", "/CN=chat test authority"],
      ...["-keyout", "authority.key", "-out", "authority.pem"],
    ], { cwd: folder });
    return new CertificateAuthority(folder);
  }

  /** A certificate for localhost and its addresses. */
  async issue(): Promise<IssuedCertificate> {
    const cwd = this.#folder;
    const names = "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1\n";
    await Deno.writeTextFile(`${cwd}/names`, names);
    await toolOutput("openssl", [
      ...["req", ...newKey, "-subj", "/CN=chat test server"],
      ...["-keyout", "server.key", "-out", "server.csr"],
    ], { cwd });
    await toolOutput("openssl", [
      ...["x509", "-req", "-in", "server.csr", "-days", "2", "-extfile", "names"],
      ...["-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial"],
      ...["-out", "server.pem"],
    ], { cwd });
    const [cert, key] = await Promise.all(
      ["server.pem", "server.key"].map((name) => Deno.readTextFile(`${cwd}/${name}`)),
    );
    return { cert: cert ?? "", key: key ?? "" };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true });
  }
}
