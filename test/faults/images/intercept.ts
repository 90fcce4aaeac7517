import { type IncomingMessage, Server, type ServerResponse } from "node:http";

type Intercept = (request: IncomingMessage, response: ServerResponse, pass: () => void) => void;

/** Puts `intercept` between the server of this process, whichever that is, and its requests. */
export function interceptRequests(intercept: Intercept): void {
  const emit = Server.prototype.emit;
  Server.prototype.emit = function (this: Server, event: string, ...args: unknown[]) {
    const go = (): boolean => Reflect.apply(emit, this, [event, ...args]);
    if (event !== "request") return go();
    const [request, response] = args as [IncomingMessage, ServerResponse];
    intercept(request, response, go);
    return true;
  };
}

/** Whether the request is one by which a new release is tried before it gets any traffic. */
export const isProbe = ({ url }: IncomingMessage): boolean =>
  url === "/readyz" || url === "/version";
