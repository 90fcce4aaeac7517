import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import type { AddressInfo, Server } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { MadeUpVm } from "../support/made-up-vm.ts";

describe("an app that is not ready", () => {
  let vm: MadeUpVm;
  let app: Server | undefined;
  beforeEach(() => {
    vm = new MadeUpVm();
    vm.lead("route.blue");
  });
  afterEach(() => {
    app?.close();
    app = undefined;
    vm.remove();
  });

  /** Brings the release of an app that has a second. */
  function bring(place: string, port: number, more: Record<string, string>): void {
    vm.bring(place, "next", port);
    const file = `${place}/release.env`;
    const env = vm.read(file).replace(/(READY_SECONDS)=.*/, "$1=1");
    const lines = Object.entries(more).map(([key, value]) => `ONEBOX_${key}=${value}\n`);
    vm.write(file, `${lines.join("")}${env}`); // the first of two counts
  }

  /** Tries an app that has a second, as a release does, and gives the reason why it is refused. */
  async function reason(port: number, protocol = "http"): Promise<string> {
    bring("base/env/stage/releases/next", port, { PROTOCOL: protocol });
    const tried = 'install -d "$run"; wait_ready green next; probe_slot green next';
    vm.program("try", ["lib/environment"], tried);
    const { code, output } = await vm.run("try");
    expect(code, output).to.equal(1);
    const found = /error: the app did not answer 200 on \/readyz within 1 s: (.*)/.exec(output);
    expect(output.match(/onebox: error/g), output).to.have.length(1);
    return found?.[1] ?? output;
  }

  /** Where an app listens that answers like this. */
  async function serve(server: Server): Promise<number> {
    app = server;
    await once(server.listen(0, "127.0.0.1"), "listening");
    return (server.address() as AddressInfo).port;
  }

  for (const [listening, sentence] of [
    ["", "nothing listens on any port of its container; it is still starting"],
    ["127.0.0.11:40001\n", "nothing listens on any port of its container"],
    ["127.0.0.1:9\n", "it listens on port 9 of 127.0.0.1 only"],
    ["[::]:9\n[::1]:9\n", "it listens on port 9 by IPv6 only; let it listen on 0.0.0.0"],
    [
      "0.0.0.0:3001\n*:80\n127.0.0.11:9\n",
      "it listens on port 80, 3001, and not on 9 (app.port, which it is told as PORT)",
    ],
    ["*:9\n", "port 9 of its container took no connection within a second"],
  ]) {
    it(`is told where it listens: ${JSON.stringify(listening)}`, async () => {
      vm.write("listening", (listening ?? "").replace(/.+/g, "LISTEN 0 128 $& 0.0.0.0:*"));
      expect(await reason(9)).to.include(sentence);
    });
  }

  it("is told what it answered, to whom", async () => {
    const port = await serve(createServer((_, response) => response.writeHead(503).end()));
    expect(await reason(port)).to.equal(`asked as stage.test, port ${port} answered HTTP 503`);
  });

  for (const [to, sentence] of [
    ["https://stage.test/readyz", "a redirect to HTTPS; app.readiness is asked by HTTP: have"],
    ["/login", "a redirect; app.readiness must answer by itself"],
  ] as const) {
    it(`is told that it redirects to ${to}`, async () => {
      const port = await serve(
        createServer((_, response) => response.writeHead(301, { Location: to }).end()),
      );
      expect(await reason(port)).to.include(`port ${port} answered HTTP 301, ${sentence}`);
    });
  }

  for (const [code, sentence] of [
    ["3\n", "the app ended by itself, with exit code 3\n"],
    ["137\n", "the app was killed for its memory; its limit is "],
    ["0\n", "the app ended by itself, with exit code 0: it has to go on in the foreground"],
  ] as const) {
    it(`is told that it ended while it was tried, with ${code.trim()}`, async () => {
      const port = await serve(
        createServer(({ url }, response) => {
          if (url === "/readyz") response.end();
          else response.destroy();
        }),
      );
      vm.write("restarts", "1");
      vm.write("exit-code", code);
      expect(await reason(port)).to.include(`error: ${sentence}`);
    });
  }

  it("is told that it refuses its host", async () => {
    const port = await serve(
      createServer(({ headers }, response) =>
        response.writeHead(headers.host === "localhost" ? 200 : 400).end(),
      ),
    );
    expect(await reason(port)).to.equal(
      `asked as stage.test, port ${port} answered HTTP 400, but HTTP 200 when asked as localhost: the app refuses its host; have it accept stage.test`,
    );
  });

  it("is told that it is too slow", async () => {
    const port = await serve(createServer(() => {}));
    expect(await reason(port)).to.match(
      /^asked as stage\.test by HTTP\/1\.1 on port \d+: \(28\) .*timed out.*; the app is too slow/,
    );
  });

  it("is told that it speaks HTTP/2 only, and how it is asked so", async () => {
    const port = await serve(createHttp2Server((_, response) => response.end()));
    expect(await reason(port)).to.match(
      /^asked as stage\.test by HTTP\/1\.1 on port \d+: .*; by HTTP\/2 it answered HTTP 200: .* set app\.protocol to "h2c"$/,
    );
  });

  it("is told that it does not speak HTTP/2, where it is asked so", async () => {
    const port = await serve(createServer((_, response) => response.end()));
    expect(await reason(port, "h2c")).to.match(
      /^asked as stage\.test by HTTP\/2 on port \d+: .*; by HTTP\/1\.1 it answered HTTP 200: app\.protocol "h2c" is not for this app$/,
    );
  });

  for (const [status, answer] of [
    [1, "serves next"],
    [2, "port \\d+ answered HTTP 200, but not that it is SERVING"],
  ] as const) {
    it(`may be asked by gRPC's own health service, which answers ${status}`, async () => {
      const server = createHttp2Server();
      server.on("stream", (stream, { ":method": method, "content-type": type }) => {
        const isGrpc = method === "POST" && type === "application/grpc";
        // As a gRPC server does, once all was read: one that answers before has the rest refused, an error for curl.
        stream.resume().on("end", () => {
          stream.respond({ ":status": isGrpc ? 200 : 415, "content-type": "application/grpc" });
          stream.end(isGrpc ? Buffer.from([0, 0, 0, 0, 2, 8, status]) : "");
        });
      });
      const port = await serve(server);
      const asked = { READINESS: "/grpc.health.v1.Health/Check", VERSION: "", READY_SECONDS: "5" };
      bring("incoming", port, { PROTOCOL: "h2c", ...asked }); // on a busy computer an answer takes longer than others' second
      const incoming = { ONEBOX_INCOMING: join(vm.state, "incoming") };
      const { output } = await vm.run("release", [], incoming);
      expect(output, output).to.match(new RegExp(answer));
    });
  }
});
