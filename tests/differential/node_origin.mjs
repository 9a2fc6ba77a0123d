/** An origin on node:http that tells what it was asked; it prints its port and ends with its input. */
import { createServer } from "node:http";
import { stdin, stdout } from "node:process";

const server = createServer((request, response) => {
  let bytes = 0;
  request.on("data", (part) => {
    bytes += part.length;
  });
  request.on("end", () => {
    response.setHeader("X-Seen", `${request.method} ${bytes}`);
    response.end("seen\n");
  });
});
// A peer that has ended its side is still answered, as by the others.
server.httpAllowHalfOpen = true;
server.listen(0, "127.0.0.1", () => stdout.write(`${server.address().port}\n`));
stdin.resume();
stdin.on("end", () => process.exit(0));
