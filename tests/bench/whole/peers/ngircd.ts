/**
 * ngIRCd: a channel is a room, and who listens is in it.
 *
 * @module
 */
import { freePort, startProcess } from "../../server_process.ts";
import { type Candidate, pathOf } from "../candidate.ts";
import { serialText } from "../plan.ts";

const needs = { file: "ngircd", debian: "ngircd" };

/** IRC does not answer a message; a PING after it is answered when it has been worked off. */
export const ngircd: Candidate = {
  name: "ngIRCd",
  needs,
  async start({ folder, prefix }) {
    const port = freePort();
    const file = `${folder}/ngircd.conf`;
    await Deno.writeTextFile(file, configuration(port));
    const command = [pathOf(needs.file), "--nodaemon", "--config", file] as const;
    return await startProcess({ name: "ngIRCd", command, prefix, tells: { port } });
  },
  live: {
    // The end of the names in a channel.
    marks: { ready: " 366 ", greeted: " 376 ", ack: " PONG " },
    // More of those who wait for it to accept them are turned away.
    window: 8,
    receiver: (at, room) => `${greeting(`r${at}`)}JOIN #room${room}\r\n`,
    sender: (at, room) => ({
      hello: greeting(`s${at}`),
      message: `PRIVMSG #room${room} :${serialText}\r\nPING :x\r\n`,
    }),
  },
};

function greeting(nick: string): string {
  return `NICK ${nick}\r\nUSER ${nick} 0 * :${nick}\r\n`;
}

/** Without its limits and its penalties, and asking nobody who a client is. */
function configuration(port: number): string {
  return `
[Global]
Name = irc.bench.test
Info = bench
Listen = 127.0.0.1
Ports = ${port}
MotdPhrase = bench
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 0
MaxPenaltyTime = 0
MaxNickLength = 16
PingTimeout = 3600
PongTimeout = 3600
[Options]
DNS = no
Ident = no
PAM = no
`;
}
