import { isIP } from "node:net";
import { z } from "zod";
import { matcher } from "../../http/label-selector.ts";
import { id } from "../fields.ts";

const port = z.int().min(1).max(65_535);

const healthCheck = z.object({
  protocol: z.enum(["tcp", "http"]),
  port,
  interval: z.int().min(3).max(60),
  timeout: z.int().min(1).max(60),
  retries: z.int().min(1).max(5),
  http: z
    .object({
      domain: z
        .string()
        .max(128)
        .regex(/^[^\s%\\]*$/, "may not contain spaces, percent signs or backslashes")
        .nullish(),
      path: z.string().max(256).regex(/^\S*$/, "may not contain spaces").nullish(),
      response: z.string().max(256).nullish(),
      status_codes: z
        .array(z.string().regex(/^[\d?*]{1,3}$/, "is not a status code or a pattern of one"))
        .max(20)
        .nullish(),
      tls: z.boolean().nullish(),
    })
    .partial()
    .nullish(),
});

const http = z
  .object({
    cookie_name: z
      .string()
      .min(1)
      .max(100)
      .regex(/^[!#$%&'*+.^_`|~\w-]+$/, "is not the name of a cookie"),
    cookie_lifetime: z.int().min(30).max(86_400),
    certificates: z.array(id),
    redirect_http: z.boolean(),
    sticky_sessions: z.boolean(),
    timeout_idle: z.int().min(30).max(300),
  })
  .partial();

export const service = z.object({
  protocol: z.enum(["tcp", "http", "https"]),
  listen_port: port.optional(),
  destination_port: port.optional(),
  proxyprotocol: z.boolean().optional(),
  http: http.nullish(),
  health_check: healthCheck.partial().nullish(),
});
export type ServiceWish = z.output<typeof service>;

export const serviceUpdate = service.partial().extend({ listen_port: port });

export const servicePort = z.object({ listen_port: port });

const selector = z
  .string()
  .min(1)
  .refine((text) => matcher(text) !== null, "is not a label selector");
const ip = z.string().refine((text) => isIP(text) !== 0, "is not an IP address");

export const target = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("server"),
    server: z.object({ id, ip: ip.optional() }),
    use_private_ip: z.boolean().optional(),
  }),
  z.object({
    type: z.literal("label_selector"),
    label_selector: z.object({ selector }),
    use_private_ip: z.boolean().optional(),
  }),
  z.object({ type: z.literal("ip"), ip: z.object({ ip }) }),
]);
export type TargetWish = z.output<typeof target>;

export const algorithm = z.object({ type: z.enum(["round_robin", "least_connections"]) });
