/**
 * Load by `wrk`: as fast as it goes, one request at a time and pipelined, without an error.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { Workspace } from "../../support/chat_process.ts";
import { Guest } from "../../support/guest.ts";
import { testWith, toolOutput } from "../../support/tools.ts";

const connections = 16;

/** What `wrk` counted. */
interface Count {
  readonly requests: number;
  readonly connect: number;
  readonly read: number;
  readonly write: number;
  readonly status: number;
  readonly timeout: number;
}

/** Has `wrk` say what it counted so that a program can read it. */
const counting = `
done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\\nCOUNT {"requests":%d,"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d}\\n',
    summary.requests, errors.connect, errors.read, errors.write, errors.status, errors.timeout))
end
`;

/** Loads a server for a second by `script`; gives what was counted. */
async function load(workspace: Workspace, url: string, script: string): Promise<Count> {
  const path = workspace.path("load.lua");
  await Deno.writeTextFile(path, script + counting);
  const out = await toolOutput("wrk", [
    ...["-t", "2", "-c", String(connections), "-d", "1s"],
    // How long one takes is not what is asked here: the cores may be busy with other tests.
    ...["--timeout", "30s", "-s", path, url],
  ]);
  return JSON.parse(/^COUNT (.*)$/m.exec(out)?.[1] ?? out);
}

const noErrors = { connect: 0, read: 0, write: 0, status: 0, timeout: 0 };

testWith(["wrk"], "wrk on 16 connections meets no error", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const { requests, ...errors } = await load(workspace, `${url}/healthz`, "");
  assertEquals(errors, noErrors);
  assert(requests > connections, `${requests} requests`);
});

testWith(["wrk"], "wrk counts what is refused", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const { requests, ...errors } = await load(workspace, `${url}/nowhere`, "");
  assertEquals(errors, { ...noErrors, status: requests });
  assert(requests > 0);
});

testWith(["wrk"], "wrk with 16 requests of many kinds in each write meets no error", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve({ args: ["--limit", "0"] });
  const { token } = await Guest.arrive(url, "alice");
  const script = `
    local who = { Authorization = "Bearer ${token}" }
    local form = {
      Authorization = "Bearer ${token}",
      ["Content-Type"] = "application/x-www-form-urlencoded"
    }
    init = function(args)
      local batch = {}
      for at = 0, 3 do
        batch[4 * at + 1] = wrk.format("GET", "/healthz")
        batch[4 * at + 2] = wrk.format("POST", "/send", form, "text=by+wrk")
        batch[4 * at + 3] = wrk.format("GET", "/messages?limit=2", who)
        batch[4 * at + 4] = wrk.format("GET", "/users", who)
      end
      all = table.concat(batch)
    end
    request = function() return all end
  `;
  const { requests, ...errors } = await load(workspace, url, script);
  assertEquals(errors, noErrors);
  assert(requests > 16 * connections, `${requests} requests`);
});
