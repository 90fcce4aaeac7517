import { Server } from "node:net";

const listen = Server.prototype.listen;
Server.prototype.listen = function (this: Server, port: number) {
  return Reflect.apply(listen, this, [{ port, host: "::", ipv6Only: true }]);
} as typeof listen;
