import { setGlobalProxyFromEnv } from "node:http";
import type { Environment } from "./environment.ts";

/** What is on this computer is asked directly, and so is what is asked by HTTP: that is nowhere else. */
const near = ["localhost", "127.0.0.1", "::1"];

/** Has fetch() ask by way of the proxy that HTTPS_PROXY names, as Terraform, Docker and git do by themselves. */
export function useProxy(environment: Environment): void {
  const { HTTPS_PROXY, https_proxy = HTTPS_PROXY, NO_PROXY, no_proxy = NO_PROXY } = environment;
  if (!https_proxy) return;
  const excepted = [...near, ...(no_proxy ? [no_proxy] : [])].join(",");
  // What is left out it would take from the environment.
  const direct = { HTTP_PROXY: "", http_proxy: "" };
  setGlobalProxyFromEnv({ ...direct, HTTPS_PROXY: https_proxy, NO_PROXY: excepted });
}
