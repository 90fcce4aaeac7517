import { createServer } from "node:net";

createServer((socket) => {
  socket.on("error", () => {}).on("data", () => socket.end());
}).listen(Number(process.env.PORT), "0.0.0.0");
await new Promise(() => {}); // the app itself does not start
