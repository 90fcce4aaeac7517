import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import dnsPacket from "dns-packet";
import type { Ssh } from "./ssh.ts";

/** Asks a cloud's name server for a zone of its own, inside a server, by UDP and by TCP. */
export async function seesZone(data: string, ssh: Ssh, zone: string): Promise<void> {
  const { dns_for_servers } = JSON.parse(readFileSync(join(data, "cloud.json"), "utf8"));
  const [host, port] = dns_for_servers.split(":");
  const questions = [{ type: "SOA" as const, name: zone }];
  const query = dnsPacket.encode({ type: "query", id: 7, questions }).toString("hex");
  for (const ask of [
    `s = socket.socket(type=socket.SOCK_DGRAM); s.connect(to); s.send(q); print(s.recv(999).hex())`,
    `s = socket.create_connection(to); s.send(len(q).to_bytes(2) + q); print(s.recv(999)[2:].hex())`,
  ]) {
    const set = `socket.setdefaulttimeout(60); to = ("${host}", ${port}); q = bytes.fromhex("${query}")`;
    const answer = await ssh.run(`python3 -c 'import socket; ${set}; ${ask}'`);
    const { answers } = dnsPacket.decode(Buffer.from(answer, "hex"));
    expect(answers?.[0]).to.include({ name: zone, type: "SOA" });
  }
}
