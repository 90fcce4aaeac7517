import { known, loadBalancerTypes } from "../../catalogue/catalogue.ts";
import type { Cloud } from "../../cloud.ts";
import { ApiError, invalidField, notFound } from "../../errors.ts";
import { REDIRECT_PORT } from "../../load-balancer/redirect.ts";
import type {
  BalancerService,
  HealthCheck,
  HttpService,
  LoadBalancer,
} from "../../store/records.ts";
import { limitReached } from "../networks/layout.ts";
import type { ServiceWish } from "./fields.ts";

/** Ports that a service has unless told: its own, and its targets'. */
const PORTS = {
  tcp: { listen: undefined, destination: undefined },
  http: { listen: 80, destination: 80 },
  https: { listen: 443, destination: 80 },
} as const;

const HTTP: HttpService = {
  cookie_name: "HCLBSTICKY",
  cookie_lifetime: 300,
  certificates: [],
  redirect_http: false,
  sticky_sessions: false,
  timeout_idle: 50,
};
/** What a service has no use for when it is https no more. */
const NO_TLS = { certificates: [], redirect_http: false };
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

/** Throws unless the parts of a service fit each other, its certificates, and the other services. */
export function assertServiceFits(
  { store }: Cloud,
  { load_balancer_type, services }: LoadBalancer,
  service: BalancerService,
): void {
  const { http, protocol, listen_port } = service;
  const others = services.filter((other) => other.listen_port !== listen_port);
  if (others.flatMap(portsOf).some((port) => portsOf(service).includes(port))) {
    const message = `port ${portsOf(service).join(" or ")} is already in use`;
    throw new ApiError(412, "source_port_already_used", message);
  }
  if (protocol !== "https" && http?.redirect_http) {
    throw invalidField("http.redirect_http", "is only allowed for services of protocol https");
  }
  const ids = http?.certificates ?? [];
  if (protocol === "https" ? ids.length === 0 : ids.length > 0) {
    throw invalidField("http.certificates", "belong to services of protocol https, one or more");
  }
  for (const id of ids) {
    const certificate = store.tables.certificates.get(id);
    if (certificate === undefined) throw notFound("certificate", id);
    if (certificate.certificate === null) {
      throw invalidField("http.certificates", `certificate ${id} has not been issued`);
    }
  }
  const all = new Set([...others.flatMap((other) => other.http?.certificates ?? []), ...ids]);
  const { max_assigned_certificates: most } = known(loadBalancerTypes, load_balancer_type);
  if (all.size > most) {
    throw limitReached("assigned_certificates", `this type has at most ${most} certificates`);
  }
}

/** The ports that a service listens at. */
const portsOf = ({ listen_port, http }: BalancerService) =>
  http?.redirect_http ? [listen_port, REDIRECT_PORT] : [listen_port];

function assertNoHttp(protocol: ServiceWish["protocol"], wish: Wish): void {
  if (protocol !== "tcp" || !wish.http) return;
  throw invalidField("http", "is only allowed for services of protocol http and https");
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
  assertNoHttp(protocol, wish);
  const standard = PORTS[protocol];
  const listen = wish.listen_port ?? standard.listen;
  const destination = wish.destination_port ?? standard.destination;
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
      protocol: protocol === "tcp" ? "tcp" : "http",
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
  assertNoHttp(protocol, wish);
  const tls = service.http && { ...service.http, ...(protocol === "https" ? {} : NO_TLS) };
  return withWish({ ...service, protocol, http: tls }, wish);
}

export function assertRoomForService({ load_balancer_type, services }: LoadBalancer): void {
  const { max_services } = known(loadBalancerTypes, load_balancer_type);
  if (services.length < max_services) return;
  throw limitReached("services", `this type has at most ${max_services} services`);
}
