import { request } from "node:http";
import { request as requestTls } from "node:https";
import { connect } from "node:net";
import type { HealthCheck, HttpHealthCheck } from "../store/records.ts";

/** What one look at a target has found; the details have Hetzner's names. */
export interface Finding {
  ok: boolean;
  detail: string | null;
  http_status_code: number | null;
}

const MOST_BODY = 1 << 16; // as much of an answer as is searched for the expected text

const failed = (detail: string, status: number | null = null): Finding => ({
  ok: false,
  detail,
  http_status_code: status,
});

/** Looks at a target once; never throws. */
export const probe = (address: string, check: HealthCheck): Promise<Finding> =>
  check.http === null ? probeTcp(address, check) : probeHttp(address, check, check.http);

function probeTcp(address: string, { port, timeout }: HealthCheck): Promise<Finding> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: timeout * 1000 });
    const settle = (finding: Finding) => {
      socket.destroy();
      resolve(finding);
    };
    socket.on("connect", () => settle({ ok: true, detail: null, http_status_code: null }));
    socket.on("timeout", () => settle(failed("layer4_timeout")));
    socket.on("error", () => settle(failed("layer4_no_connection")));
  });
}

function probeHttp(
  address: string,
  { port, timeout }: HealthCheck,
  { domain, path, response, status_codes, tls }: HttpHealthCheck,
): Promise<Finding> {
  return new Promise((resolve) => {
    const options = {
      host: address,
      port,
      path: path || "/",
      agent: false,
      headers: { Connection: "close", "User-Agent": "onebox-health-check" },
      ...(domain ? { setHost: false } : {}),
    };
    if (domain) Object.assign(options.headers, { Host: domain });
    // A target's own certificate is not the load balancer's business.
    const sent = tls ? requestTls({ ...options, rejectUnauthorized: false }) : request(options);
    let connected = false;
    const settle = (finding: Finding) => {
      clearTimeout(timer);
      sent.destroy();
      resolve(finding);
    };
    const timer = setTimeout(
      () => settle(failed(connected ? "layer7_timeout" : "layer4_timeout")),
      timeout * 1000,
    );
    sent.on("socket", (socket) => socket.once("connect", () => (connected = true)));
    sent.on("error", () => settle(failed("layer4_no_connection")));
    sent.on("response", (answer) => {
      const status = answer.statusCode ?? 0;
      if (!status_codes.some((pattern) => matches(pattern, status))) {
        return settle(failed("unexpected_http_status", status));
      }
      const healthy = { ok: true, detail: null, http_status_code: status };
      if (!response) return settle(healthy);
      let text = "";
      const decide = (more: boolean) => {
        if (text.includes(response)) settle(healthy);
        else if (!more) settle(failed("unexpected_http_content", status));
      };
      answer.setEncoding("utf8");
      answer.on("data", (chunk: string) => {
        text += chunk;
        decide(text.length < MOST_BODY);
      });
      answer.on("end", () => decide(false));
      answer.on("error", () => settle(failed("layer4_no_connection")));
    });
    sent.end();
  });
}

/** Compares a status with a pattern: `?` is one character, `*` any number of them. */
export function matches(pattern: string, status: number): boolean {
  const source = pattern.replaceAll("?", ".").replaceAll("*", ".*");
  return new RegExp(`^${source}$`).test(String(status));
}
