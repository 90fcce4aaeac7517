import { type ListenOptions, Server } from "node:net";

const listen = Server.prototype.listen;
Server.prototype.listen = function (this: Server, { port }: ListenOptions, listening?: () => void) {
  return Reflect.apply(listen, this, [{ port, host: "::", ipv6Only: true }, listening]);
} as typeof listen;
