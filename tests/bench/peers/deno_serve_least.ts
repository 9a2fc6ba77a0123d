// deno-lint-ignore-file no-console -- a benchmark talks to whoever runs it.
/**
 * The least that `Deno.serve` can do: one answer to everything, without a look at what is asked.
 *
 * @module
 */
const json = { headers: { "content-type": "application/json" } };

Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => console.log(JSON.stringify({ url: `http://127.0.0.1:${port}` })),
}, () => new Response('{"status":"ok"}', json));
