import type { Config } from "../../config/schema.ts";
import type { Http } from "../../stacks/http.ts";

type Protocol = Config["app"]["protocol"];

/** How Traefik talks to an app. */
interface Transport {
  /** Seconds that it keeps an idle connection. */
  idle: number;
  /** Seconds until an answer has to begin; 0: any. */
  answer: number;
}

/** What all environments share (traefik/routes/onebox.yml). */
const shared: Transport = { idle: 1, answer: 0 };

/** A service's servers, and how they are talked to; what is not as usual comes beside it, by the service's name. */
export function serverOf(
  service: string,
  { protocol, address }: { protocol: Protocol; address: string },
  { idle, answer }: Transport,
): { loadBalancer: object; more: Http } {
  const usual = idle === shared.idle && answer === shared.answer;
  const servers = [{ url: `${protocol}://${address}` }];
  return {
    loadBalancer: { servers, serversTransport: usual ? "app@file" : service },
    more: usual
      ? {}
      : {
          serversTransports: {
            [service]: {
              maxIdleConnsPerHost: 200,
              forwardingTimeouts: {
                dialTimeout: "3s",
                idleConnTimeout: `${idle * 1000}ms`,
                responseHeaderTimeout: `${answer}s`,
              },
            },
          },
        },
  };
}
