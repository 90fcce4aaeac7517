import { known, loadBalancerTypes } from "../../catalogue/catalogue.ts";
import { ApiError, invalidField, notImplemented } from "../../errors.ts";
import type {
  BalancerService,
  HealthCheck,
  HttpService,
  LoadBalancer,
} from "../../store/records.ts";
import { limitReached } from "../networks/layout.ts";
import type { ServiceWish } from "./fields.ts";

/** Ports that a service has unless told. */
const HTTP_PORT = 80;

const HTTP: HttpService = {
  cookie_name: "HCLBSTICKY",
  cookie_lifetime: 300,
  certificates: [],
  redirect_http: false,
  sticky_sessions: false,
  timeout_idle: 50,
};
const HTTP_CHECK: NonNullable<HealthCheck["http"]> = {
  domain: "",
  path: "/",
  response: "",
  status_codes: ["2??", "3??"],
  tls: false,
};

type Wish = Omit<Partial<ServiceWish>, "listen_port">;

/** Takes over what a wish gives, field by field. */
const merged = <T extends object>(base: T, wish: { [K in keyof T]?: T[K] | null | undefined }): T =>
  Object.fromEntries(
    Object.entries(base).map(([key, value]) => [key, wish[key as keyof T] ?? value]),
  ) as T;

function refuseUnsupported(protocol: ServiceWish["protocol"], wish: Wish): void {
  if (protocol === "https" || wish.http?.redirect_http || wish.http?.certificates?.length) {
    throw notImplemented("https services of a load balancer");
  }
  if (protocol === "tcp" && wish.http) {
    throw invalidField("http", "is only allowed for services of protocol http");
  }
}

/** What changes of a service by a wish; what is left out stays. */
function withWish(service: BalancerService, wish: Wish): BalancerService {
  const { http: httpCheck, ...check } = wish.health_check ?? {};
  const health = merged<Omit<HealthCheck, "http">>(service.health_check, check);
  return {
    protocol: service.protocol,
    listen_port: service.listen_port,
    destination_port: wish.destination_port ?? service.destination_port,
    proxyprotocol: wish.proxyprotocol ?? service.proxyprotocol,
    http: service.protocol === "tcp" ? null : merged(service.http ?? HTTP, wish.http ?? {}),
    health_check: {
      ...health,
      http:
        health.protocol === "tcp"
          ? null
          : merged(service.health_check.http ?? HTTP_CHECK, httpCheck ?? {}),
    },
  };
}

/** A new service with the defaults of its protocol; throws what the API refuses. */
export function newService(wish: ServiceWish, others: BalancerService[]): BalancerService {
  const { protocol } = wish;
  refuseUnsupported(protocol, wish);
  if (protocol === "https") throw notImplemented("https services of a load balancer");
  const standard = protocol === "http" ? HTTP_PORT : undefined;
  const listen = wish.listen_port ?? standard;
  const destination = wish.destination_port ?? standard;
  if (listen === undefined) throw invalidField("listen_port", "is required for tcp");
  if (destination === undefined) throw invalidField("destination_port", "is required for tcp");
  if (others.some((other) => other.listen_port === listen)) {
    throw new ApiError(412, "source_port_already_used", `port ${listen} is already in use`);
  }
  const base: BalancerService = {
    protocol,
    listen_port: listen,
    destination_port: destination,
    proxyprotocol: false,
    http: null,
    health_check: {
      protocol,
      port: destination,
      interval: 15,
      timeout: 10,
      retries: 3,
      http: null,
    },
  };
  return withWish(base, wish);
}

/** A service after an update; its listen port names it and stays. */
export function updatedService(service: BalancerService, wish: Wish): BalancerService {
  const protocol = wish.protocol ?? service.protocol;
  refuseUnsupported(protocol, wish);
  if (protocol === "https") throw notImplemented("https services of a load balancer");
  return withWish({ ...service, protocol }, wish);
}

export function assertRoomForService({ load_balancer_type, services }: LoadBalancer): void {
  const { max_services } = known(loadBalancerTypes, load_balancer_type);
  if (services.length < max_services) return;
  throw limitReached("services", `this type has at most ${max_services} services`);
}
