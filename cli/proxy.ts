import { setGlobalProxyFromEnv } from "node:http";
import type { Environment } from "./environment.ts";
import { RefusedError } from "./errors.ts";

/** What is on this computer is asked directly, and so is what is asked by HTTP: that is nowhere else. */
const near = ["localhost", "127.0.0.1", "::1"];

/** Has fetch() ask by way of the proxy that HTTPS_PROXY names, as Terraform, Docker and git do by themselves. @throws RefusedError */
export function useProxy(environment: Environment): void {
  const { HTTPS_PROXY, https_proxy = HTTPS_PROXY, NO_PROXY, no_proxy = NO_PROXY } = environment;
  if (!https_proxy) return;
  const excepted = [...near, ...(no_proxy ? [no_proxy] : [])].join(",");
  // What is left out it would take from the environment.
  const direct = { HTTP_PROXY: "", http_proxy: "" };
  setGlobalProxyFromEnv({ ...direct, HTTPS_PROXY: urlOf(https_proxy), NO_PROXY: excepted });
}

/** As curl and Go read it: without a scheme it is http's. It may hold a password, which no error repeats. */
function urlOf(proxy: string): string {
  const url = proxy.includes("://") ? proxy : `http://${proxy}`;
  if (!URL.canParse(url) || /\p{Cc}/u.test(url) || !/^(https?|socks5):/i.test(url)) {
    throw new RefusedError("HTTPS_PROXY is no URL such as http://proxy.example.com:3128");
  }
  return url;
}
