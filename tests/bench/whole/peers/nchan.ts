/**
 * nginx with nchan: a channel is a room, told by server-sent events and sent to by POST.
 *
 * @module
 */
import { freePort, startProcess } from "../../server_process.ts";
import { type Candidate, pathOf } from "../candidate.ts";
import { serialText } from "../plan.ts";

const needs = {
  file: "/usr/lib/nginx/modules/ngx_nchan_module.so",
  debian: "nginx libnginx-mod-nchan",
};

/** In one process, with the last messages of a channel in memory. */
export const nchan: Candidate = {
  name: "nginx + nchan",
  needs,
  async start({ folder, prefix }) {
    const port = freePort();
    const file = `${folder}/nginx.conf`;
    await Deno.writeTextFile(file, configuration(folder, port));
    const command = [pathOf("nginx"), "-p", folder, "-c", file, "-e", `${folder}/error.log`];
    const [program = "", ...args] = command;
    return await startProcess({
      name: "nginx + nchan",
      command: [program, ...args],
      prefix,
      tells: { port },
    });
  },
  live: {
    // The comment with which a stream begins.
    marks: { ready: ": hi\n", ack: "HTTP/1.1 20" },
    receiver: (_at, room) =>
      `GET /sub?id=room${room} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n`,
    sender: (_at, room) => ({
      hello: "",
      message: `POST /pub?id=room${room} HTTP/1.1\r\nHost: localhost\r\n` +
        `Content-Type: text/plain\r\nContent-Length: ${serialText.length}\r\n\r\n${serialText}`,
    }),
  },
};

function configuration(folder: string, port: number): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return `
load_module ${needs.file};
daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log warn;
worker_rlimit_nofile 15000;
events { worker_connections 15000; }
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join("\n  ")}
  keepalive_requests 100000000;
  keepalive_timeout 1h;
  nchan_shared_memory_size 256M;
  nchan_message_buffer_length 100;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location = /pub {
      nchan_publisher;
      nchan_channel_id $arg_id;
    }
    location = /sub {
      nchan_subscriber eventsource;
      nchan_channel_id $arg_id;
      nchan_subscriber_first_message newest;
    }
  }
}
`;
}
