import type { RecordSet } from "../dns/zonefile.ts";

/**
 * What the store keeps. Each fact is kept once: which volumes, addresses and firewalls a server has
 * is read from those records.
 */
export type Labels = Record<string, string>;

export interface Resource {
  id: number;
  created: string;
  name: string;
  labels: Labels;
}

export interface SshKey extends Resource {
  fingerprint: string;
  public_key: string;
}

export interface FirewallRule {
  direction: "in" | "out";
  protocol: "tcp" | "udp" | "icmp" | "esp" | "gre";
  port: string | null;
  source_ips: string[];
  destination_ips: string[];
  description: string | null;
}

export type FirewallTarget =
  | { type: "server"; server: { id: number } }
  | { type: "label_selector"; label_selector: { selector: string } };

export interface Firewall extends Resource {
  rules: FirewallRule[];
  applied_to: FirewallTarget[];
}

interface DnsPointer {
  ip: string;
  dns_ptr: string;
}

export interface PrimaryIp extends Resource {
  type: "ipv4" | "ipv6";
  ip: string;
  assignee_id: number | null;
  /** What it is assigned to; a server unless told. */
  assignee_type?: "load_balancer";
  auto_delete: boolean;
  location: string;
  dns_ptr: DnsPointer[];
  protection: { delete: boolean };
}

export interface FloatingIp extends Resource {
  type: "ipv4" | "ipv6";
  description: string | null;
  ip: string;
  server: number | null;
  home_location: string;
  dns_ptr: DnsPointer[];
  protection: { delete: boolean };
}

export interface Subnet {
  type: "cloud" | "server" | "vswitch";
  ip_range: string;
  network_zone: string;
  vswitch_id?: number | undefined;
}

export interface Route {
  destination: string;
  gateway: string;
}

export interface Network extends Resource {
  ip_range: string;
  subnets: Subnet[];
  routes: Route[];
  protection: { delete: boolean };
  expose_routes_to_vswitch: boolean;
}

/** A server's place in a network. */
export interface PrivateNet {
  network: number;
  ip: string;
  alias_ips: string[];
  mac_address: string;
}

export interface PlacementGroup extends Resource {
  type: "spread";
}

export const SERVER_STATUSES = [
  "initializing",
  "starting",
  "running",
  "stopping",
  "off",
  "deleting",
  "migrating",
  "rebuilding",
  "unknown",
] as const;
type ServerStatus = (typeof SERVER_STATUSES)[number];

/** What the next start is to lead into. */
export interface Rescue {
  enabled: string;
  public_keys: string[];
  root_password: string;
}

export interface Server extends Resource {
  status: ServerStatus;
  server_type: string;
  image: number;
  location: string;
  primary_disk_size: number;
  backup_window: string | null;
  protection: { delete: boolean; rebuild: boolean };
  user_data: string | null;
  /** Public keys as they were when the server was made. */
  public_keys: string[];
  private_net: PrivateNet[];
  placement_group: number | null;
  /** The id of an ISO that is attached. */
  iso?: number | null;
  /** Set until the server has started into the rescue system. */
  rescue?: Rescue | null;
}

/** A snapshot or a backup; images that Hetzner offers are in the catalogue. It has no name: "". */
export interface Image extends Resource {
  type: "snapshot" | "backup";
  status: "creating" | "available" | "unavailable";
  description: string;
  /** In GB; null while it is being made. */
  image_size: number | null;
  disk_size: number;
  created_from: { id: number; name: string };
  bound_to: number | null;
  os_flavor: string;
  os_version: string;
  architecture: "x86" | "arm";
  protection: { delete: boolean };
  /** Kept while a server that was made of it shows it. */
  deleted: string | null;
}

export interface Volume extends Resource {
  size: number;
  server: number | null;
  automount: boolean;
  location: string;
  format: string | null;
  protection: { delete: boolean };
}

export interface Certificate extends Resource {
  type: "uploaded" | "managed";
  domain_names: string[];
  /** In PEM; null while there is none yet. */
  certificate: string | null;
  private_key: string | null;
  /** Of a managed one, why it could not be had. */
  error: { code: string; message: string } | null;
}

export interface HttpHealthCheck {
  domain: string | null;
  path: string;
  response: string | null;
  status_codes: string[];
  tls: boolean;
}

/** Intervals and timeouts are in seconds. */
export interface HealthCheck {
  protocol: "tcp" | "http";
  port: number;
  interval: number;
  timeout: number;
  retries: number;
  http: HttpHealthCheck | null;
}

export interface HttpService {
  cookie_name: string;
  /** Seconds. */
  cookie_lifetime: number;
  certificates: number[];
  redirect_http: boolean;
  sticky_sessions: boolean;
  /** Seconds. */
  timeout_idle: number;
}

export interface BalancerService {
  protocol: "tcp" | "http" | "https";
  listen_port: number;
  destination_port: number;
  proxyprotocol: boolean;
  http: HttpService | null;
  health_check: HealthCheck;
}

export type BalancerTarget =
  | { type: "server"; server: { id: number; ip: string | null }; use_private_ip: boolean }
  | { type: "label_selector"; label_selector: { selector: string }; use_private_ip: boolean }
  | { type: "ip"; ip: { ip: string } };

export interface LoadBalancer extends Resource {
  load_balancer_type: string;
  location: string;
  algorithm: { type: "round_robin" | "least_connections" };
  public_interface: boolean;
  private_net: { network: number; ip: string }[];
  services: BalancerService[];
  targets: BalancerTarget[];
  protection: { delete: boolean };
}

interface StorageBoxAccess {
  reachable_externally: boolean;
  samba_enabled: boolean;
  ssh_enabled: boolean;
  webdav_enabled: boolean;
}

interface SnapshotPlan {
  max_snapshots: number;
  minute: number;
  hour: number;
  day_of_week: number | null;
  day_of_month: number | null;
}

/** Its password is not kept: nobody can log in. */
export interface StorageBox extends Resource {
  username: string;
  system: string;
  storage_box_type: string;
  location: string;
  access_settings: StorageBoxAccess & { zfs_enabled: boolean };
  protection: { delete: boolean };
  snapshot_plan: SnapshotPlan | null;
}

export interface StorageBoxSnapshot extends Resource {
  storage_box: number;
  description: string;
}

export interface StorageBoxSubaccount extends Resource {
  storage_box: number;
  username: string;
  home_directory: string;
  description: string;
  access_settings: StorageBoxAccess & { readonly: boolean };
}

/** Records of one name and type in a zone. */
export interface RrSet extends RecordSet {
  created: string;
  labels: Labels;
  protection: { change: boolean };
}

interface PrimaryNameserver {
  address: string;
  port: number;
  tsig_algorithm?: string | undefined;
  tsig_key?: string | undefined;
}

export interface Zone extends Resource {
  mode: "primary" | "secondary";
  ttl: number;
  primary_nameservers: PrimaryNameserver[];
  protection: { delete: boolean };
  /** By `name/TYPE`, the id that the API shows. */
  rrsets: Record<string, RrSet>;
}

export interface Action {
  id: number;
  command: string;
  status: "running" | "success" | "error";
  progress: number;
  started: string;
  finished: string | null;
  resources: { id: number; type: string }[];
  error: { code: string; message: string } | null;
}

/** Lets someone into a project. The token itself is told once and not kept. */
export interface Token extends Resource {
  project: string;
  access: "read" | "read_write";
  /** SHA-256 of the token, in hex. */
  digest: string;
}

export interface Collections {
  ssh_keys: SshKey;
  firewalls: Firewall;
  primary_ips: PrimaryIp;
  floating_ips: FloatingIp;
  servers: Server;
  volumes: Volume;
  images: Image;
  networks: Network;
  placement_groups: PlacementGroup;
  load_balancers: LoadBalancer;
  certificates: Certificate;
  storage_boxes: StorageBox;
  storage_box_snapshots: StorageBoxSnapshot;
  storage_box_subaccounts: StorageBoxSubaccount;
  zones: Zone;
  actions: Action;
  /** Of all projects; kept with the first one. */
  tokens: Token;
}

export type Kind = keyof Collections;
