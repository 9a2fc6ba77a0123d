// deno-lint-ignore-file no-console -- a benchmark talks to whoever runs it.
/**
 * The floor: a loop that reads and writes, and knows of a request only how many bytes it has.
 *
 * @module
 */
const { requestBytes, answer } = JSON.parse(Deno.args[0] ?? "{}");
const encoder = new TextEncoder();

/** Answers to so many requests. */
const answers: Uint8Array<ArrayBuffer>[] = [];
for (let count = 0; count <= 64; count++) answers.push(encoder.encode(answer.repeat(count)));

async function serve(conn: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(65_536);
  let unanswered = 0;
  try {
    for (;;) {
      const bytes = await conn.read(buffer);
      if (bytes === null) break;
      unanswered += bytes;
      const due = answers[Math.min(64, Math.floor(unanswered / requestBytes))];
      if (due === undefined || due.length === 0) continue;
      unanswered -= requestBytes * (due.length / answer.length);
      await conn.write(due);
    }
  } catch (failure) {
    // The load ends its rounds without goodbye.
    if (!(failure instanceof Deno.errors.ConnectionReset)) console.error(failure);
  }
  conn.close();
}

const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
console.log(JSON.stringify({ url: `http://127.0.0.1:${listener.addr.port}` }));
for await (const conn of listener) {
  conn.setNoDelay(true);
  void serve(conn);
}
