/**
 * `chat doctor`: looks at all that a server stands on, changes nothing, and says what to do.
 *
 * @module
 */
import { systemClock } from "../../lib/clock.ts";
import { type CommandLine, exitCodes } from "../../lib/command_line.ts";
import {
  environmentName,
  onOff,
  type OptionSource,
  reader,
  readOptions,
  someText,
  UsageError,
} from "../../lib/options.ts";
import { writeAll, writeIfHeard } from "../../lib/output.ts";
import { version } from "../../lib/version.ts";
import { policyOf, serveOptions } from "../config.ts";
import { endpointsOf } from "../listening.ts";
import { CommandFailure } from "../operator/failure.ts";
import { readSecretFile } from "../operator/secret_file.ts";
import { shellWord } from "../operator/shell_word.ts";
import { tlsFilesOf } from "../tls_files.ts";
import { checks, type Look } from "./checks.ts";
import type { Finding } from "./finding.ts";
import { closingText, reportJson, type Section, sectionText, verdictOf } from "./report.ts";
import { originOf } from "./url.ts";
import type { Visit } from "./visit.ts";

const doctorOptions = {
  url: {
    parse: reader("a URL without a path, as https://chat.example", originOf),
    placeholder: "URL",
    help: "Address by which others reach the server, as through a proxy, to be tried",
  },
  "token-file": {
    parse: someText("a file"),
    placeholder: "FILE",
    help: "File whose first line is a token, to open a stream of events with",
  },
  json: { parse: onOff(), help: "Tell it as JSON" },
  ...serveOptions,
} as const;

/** As the server takes a token. */
const tokenForm = /^[\w\-.~+/]{1,256}=*$/;

/** `chat doctor`. */
export const doctorCommand: CommandLine = {
  usage: "doctor [--url URL] [--token-file FILE] [--json] [OPTIONS OF SERVE]",
  summary: "Look for what is wrong with a server, and say what to do; nothing is changed",
  options: doctorOptions,
  examples: [
    ["chat doctor", "of a server that is started by chat serve, running or not"],
    ["chat doctor --db /var/lib/chat.db --port 80", "with its options: doctor in place of serve"],
    ["chat doctor --url https://chat.example", "and the way in, through what stands in front"],
    ["chat doctor --json", "for a script; exit code 1 if something failed"],
  ],

  async run({ args, environment }) {
    const { values, sources, rest } = readOptions(doctorOptions, args, environment);
    if (rest.length > 0) throw new UsageError(`Unexpected argument ${JSON.stringify(rest[0])}`);
    // For what it refuses.
    policyOf(values);
    const { json = false } = values;
    const visit: Visit = {
      config: values,
      endpoints: endpointsOf(values, sources),
      tlsFiles: tlsFilesOf(values),
      url: values.url,
      token: readToken(values["token-file"]),
      again: commandAgain(args, { sources, environment }),
      clock: systemClock,
      startedMs: systemClock.now(),
      startedMonotonicMs: systemClock.monotonic(),
      say: (text) => writeIfHeard(Deno.stderr, text),
      holder: { kind: "unknown" },
      epoch: undefined,
      newestMs: undefined,
      foreignTimes: [],
    };
    const print = (text: string) => json ? undefined : writeAll(Deno.stdout, text);
    print(`chat doctor ${version}\n`);
    const sections: Section[] = [];
    for (const { name: check, look } of checks) {
      const findings = await lookingOf(look, visit);
      if (findings.length === 0) continue;
      sections.push({ check, findings });
      print(`\n${sectionText({ check, findings })}`);
    }
    if (json) writeAll(Deno.stdout, reportJson(sections));
    else print(`\n${closingText(sections)}`);
    return verdictOf(sections) === "failed" ? exitCodes.failed : exitCodes.ok;
  },
};

/** What a check finds; that the system does not let it look keeps no other from looking. */
async function lookingOf(look: Look, visit: Visit): Promise<readonly Finding[]> {
  try {
    return await look(visit);
  } catch (failure) {
    // What the system refuses has its code; a defect has none.
    if (!(failure instanceof Error && "code" in failure)) throw failure;
    const found = `it could not be looked at: ${failure.message}`;
    const advice = "try again as the user that the server runs as";
    return [{ verdict: "failed", looked: "all of it", found, advice }];
  }
}

/**
 * The first line of the file.
 *
 * @throws {UsageError} if it can't be read, or is no token.
 */
function readToken(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  let line: string;
  try {
    line = readSecretFile(file);
  } catch (failure) {
    if (!(failure instanceof CommandFailure)) throw failure;
    throw new UsageError(failure.message);
  }
  if (tokenForm.test(line)) return line;
  throw new UsageError(`Cannot take the first line of ${file}: it is no token`);
}

/** The command once more with all that was given to it: `sudo` keeps no variables. */
function commandAgain(
  args: readonly string[],
  { sources, environment }: {
    readonly sources: Readonly<Record<string, OptionSource | undefined>>;
    readonly environment: Readonly<Record<string, string | undefined>>;
  },
): string {
  const variables = Object.keys(sources).filter((flag) => sources[flag] === "environment")
    .map((flag) => environmentName(flag)).map((name) => `${name}=${environment[name]}`);
  const words = ["chat", "doctor", ...args];
  return (variables.length === 0 ? words : ["env", ...variables, ...words]).map(shellWord).join(
    " ",
  );
}
