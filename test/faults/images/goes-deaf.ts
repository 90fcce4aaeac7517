import { Server } from "node:net";

// It takes connections for two seconds after it has begun to listen, and then no more, though it runs on.
const listen = Server.prototype.listen;
Server.prototype.listen = function (this: Server, ...args: unknown[]) {
  this.once("listening", () => setTimeout(() => this.close(), 2000));
  return Reflect.apply(listen, this, args);
} as typeof Server.prototype.listen;
setInterval(() => {}, 1000);
