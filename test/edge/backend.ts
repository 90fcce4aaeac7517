/**
 * An app behind Traefik that says its name; the request itself says how it is to fail: with the header
 * `x-blue: 500` slot blue answers 500, with `x-blue: 500 in pieces` without a length, with `x-blue: dead`
 * it closes the connection without an answer. With `x-last` it answers at the end of the request's body, and with
 * `x-wait: 2000` so many milliseconds after it.
 *
 * Usage: node backend.ts NAME
 */
import { createServer } from "node:http";
import { createServer as createHttp2Server } from "node:http2";

const name = process.argv[2] ?? "";

let closed = 0; // idle connections that this side has closed

const server = createServer((request, response) => {
  const behaviour = request.headers[`x-${name}`];
  if (behaviour === "dead") {
    request.socket.destroy();
    return;
  }
  response.statusCode = behaviour === undefined ? 200 : Number.parseInt(String(behaviour), 10);
  response.setHeader("x-slot", name);
  response.setHeader("x-url", request.url ?? "");
  response.setHeader("x-closed", closed);
  if (request.headers["x-last"] !== undefined) {
    const wait = Number(request.headers["x-wait"] ?? 0);
    request.resume().on("end", () => setTimeout(() => response.end(), wait));
    return;
  }
  if (behaviour?.includes("pieces")) response.write("a piece, ");
  response.end(String(request.headers["x-real-ip"]));
});
server.on("upgrade", (_request, socket) => {
  socket.end(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: test\r\nX-Slot: ${name}\r\n\r\n`,
  );
});
// As gunicorn: whoever uses such a connection at that moment has lost a request.
server.keepAliveTimeout = 2000;
server.keepAliveTimeoutBuffer = 0;
server.on("timeout", (socket) => {
  closed++;
  socket.destroy();
});
process.on("SIGTERM", () => process.exit());
server.listen(3000);
// HTTP/2 only, as a gRPC server is: what comes goes back as it comes, and a trailer says how it went.
createHttp2Server()
  .on("stream", (stream, headers) => {
    stream.respond(
      { ":status": 200, "x-slot": `${name}:3002`, "content-type": headers["content-type"] ?? "" },
      { waitForTrailers: true },
    );
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.on("error", () => {});
    stream.pipe(stream);
  })
  .listen(3002);
// Another program of the same image, for paths that are led to another port.
createServer((_request, response) => {
  response.setHeader("x-slot", `${name}:3001`).end();
}).listen(3001);
