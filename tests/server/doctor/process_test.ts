/**
 * What is said of open files and of memory.
 *
 * @module
 */
import { assertEquals, assertMatch } from "@std/assert";
import {
  availableBytesLow,
  judgeProcess,
  ownFilesMax,
  readFilesMax,
  tlsFilesPerConnection,
} from "../../../server/doctor/process.ts";

const limits = `Limit                     Soft Limit           Hard Limit           Units
Max processes             95797                95797                processes
Max open files            1024                 524288               files
`;

Deno.test("readFilesMax() reads the soft limit", () => {
  assertEquals(readFilesMax(limits), 1024);
  assertEquals(readFilesMax(limits.replace("1024  ", "unlimited")), Infinity);
  assertEquals(readFilesMax("something else"), undefined);
});

Deno.test("as many files must be permitted as connections, and some", () => {
  const plain = { connectionsMax: 1000, isSecure: false, availableBytes: availableBytesLow };
  const verdicts = (filesMax: number | undefined) =>
    judgeProcess({ ...plain, filesMax })
      .map(({ verdict }) => verdict);
  assertEquals(verdicts(1000 + ownFilesMax), ["ok", "ok"]);
  assertEquals(verdicts(1000 + ownFilesMax - 1), ["warning", "ok"]);
  assertEquals(verdicts(Infinity), ["ok", "ok"]);
  assertEquals(verdicts(undefined), ["ok"]);
});

Deno.test("the advice on open files can be followed as it stands", () => {
  const [files] = judgeProcess({
    filesMax: 1024,
    connectionsMax: 10_000,
    isSecure: false,
    availableBytes: availableBytesLow,
  });
  assertMatch(
    files?.advice ?? "",
    /^ulimit -n 10100; .*LimitNOFILE=10100; .*--max-connections 924$/,
  );
});

Deno.test("by TLS a connection takes three files", () => {
  const secure = { connectionsMax: 1000, isSecure: true, availableBytes: availableBytesLow };
  const needed = 1000 * tlsFilesPerConnection + ownFilesMax;
  assertEquals(judgeProcess({ ...secure, filesMax: needed })[0]?.verdict, "ok");
  const [few] = judgeProcess({ ...secure, filesMax: needed - 1 });
  assertEquals(few?.verdict, "warning");
  assertMatch(
    few?.advice ?? "",
    /^ulimit -n 3100; .*LimitNOFILE=3100; .*--max-connections 999$/,
  );
});

Deno.test("little memory is a warning", () => {
  const verdict = (availableBytes: number) =>
    judgeProcess({ filesMax: undefined, connectionsMax: 1, isSecure: false, availableBytes })[0]
      ?.verdict;
  assertEquals([availableBytesLow, availableBytesLow - 1].map(verdict), ["ok", "warning"]);
});
