import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TLSSocket } from "node:tls";
import { certify } from "../../cli/local-ca/self-signed.ts";

/** A mail server on loopback that wants STARTTLS and a login, and keeps what it is told. */
export class MailServer {
  /** The lines that clients have sent, in the clear and encrypted ones. */
  readonly clear: string[] = [];
  readonly told: string[] = [];
  private readonly place = mkdtempSync(join(tmpdir(), "onebox-mail-"));
  private readonly server: Server;

  constructor() {
    certify(this.file("key.pem"), this.certificate, "DNS:localhost");
    this.server = createServer((socket) => this.serve(socket));
  }

  /** The file of the certificate that its clients have to trust. */
  get certificate(): string {
    return this.file("cert.pem");
  }

  async start(): Promise<number> {
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    return (this.server.address() as AddressInfo).port;
  }

  stop(): void {
    this.server.close();
    rmSync(this.place, { recursive: true });
  }

  private serve(socket: Socket): void {
    socket.write("220 ready\r\n");
    converse(socket, this.clear, (line) => {
      if (!/^STARTTLS/i.test(line)) return /^EHLO/i.test(line) ? "250 STARTTLS" : "530 first TLS";
      socket.removeAllListeners("data");
      const key = readFileSync(this.file("key.pem"));
      socket.write("220 go on\r\n");
      const cert = readFileSync(this.certificate);
      const encrypted = new TLSSocket(socket, { isServer: true, key, cert });
      converse(encrypted, this.told, answer);
      return undefined;
    });
  }

  private file(name: string): string {
    return join(this.place, name);
  }
}

/** Answers each line, and what comes after DATA only at its end. */
function converse(
  socket: Socket,
  lines: string[],
  reply: (line: string) => string | undefined,
): void {
  let rest = "";
  let inData = false;
  socket.on("error", () => {}); // a client that goes away
  socket.on("data", (part) => {
    rest += part.toString("utf8");
    for (let end = rest.indexOf("\r\n"); end >= 0; end = rest.indexOf("\r\n")) {
      const line = rest.slice(0, end);
      rest = rest.slice(end + 2);
      lines.push(line);
      if (inData && line !== ".") continue;
      const said = inData ? "250 taken" : reply(line);
      inData = line === "DATA";
      if (said !== undefined) socket.write(`${said}\r\n`);
    }
  });
}

/** The first form that a line has counts. */
const answers: [RegExp, string][] = [
  [/^EHLO /, "250 AUTH PLAIN"],
  [/^AUTH PLAIN$/, "334 "],
  [/^DATA$/, "354 go on"],
  [/^QUIT$/, "221 bye"],
  [/^[A-Za-z0-9+/]+=*$/, "235 welcome"], // the login
  [/^/, "250 ok"],
];

const answer = (line: string): string | undefined => answers.find(([form]) => form.test(line))?.[1];
