import { createServer } from "node:net";

const answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nno chunk\r\n";
createServer((socket) => {
  socket.on("error", () => {}).on("data", () => socket.write(answer));
}).listen(Number(process.env.PORT), "0.0.0.0");
await new Promise(() => {}); // the app itself does not start
