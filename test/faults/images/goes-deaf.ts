import { Server } from "node:http";
import { interceptRequests, isProbe } from "./intercept.ts";

// From its first visitor on it takes no connection, though it runs on.
const servers: Server[] = [];
const listen = Server.prototype.listen;
Server.prototype.listen = function (this: Server, ...args: unknown[]) {
  servers.push(this);
  return Reflect.apply(listen, this, args);
} as typeof Server.prototype.listen;
interceptRequests((request, _response, pass) => {
  pass();
  if (isProbe(request)) return;
  for (const server of servers) server.close();
  for (const server of servers) server.closeAllConnections();
});
setInterval(() => {}, 1000);
