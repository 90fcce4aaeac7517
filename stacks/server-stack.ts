import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  firewall,
  primaryIp,
  provider,
  server,
  sshKey,
  volume,
  volumeAttachment,
} from "@cdktf/provider-hcloud";
import { provider as nullProvider, resource } from "@cdktf/provider-null";
import {
  AssetType,
  Fn,
  TerraformAsset,
  TerraformOutput,
  TerraformStack,
  TerraformVariable,
} from "cdktf";
import type { Construct } from "constructs";
import type { Cloud } from "../config/cloud.ts";
import { root } from "../config/load.ts";
import { proxiesOf } from "../config/proxies.ts";
import { certifiedWildcardOf } from "../config/records.ts";
import { keyFiles, readReleaseKeys } from "../config/release-keys.ts";
import type { Config } from "../config/schema.ts";
import { cloudInit } from "./cloud-init.ts";
import { connectionTo } from "./connection.ts";
import { edgeFiles } from "./edge-files.ts";
import { firewallRules } from "./firewall-rules.ts";
import { useState } from "./state.ts";

/** What a ServerStack needs to know. */
interface ServerStackProps {
  config: Config;
  cloud: Cloud;
}

/** The VM and what surrounds it: key, firewall, address, data volume, first contact and the edge. */
export class ServerStack extends TerraformStack {
  /** The server's id; another one means another machine, on which nothing runs yet. */
  readonly serverId: string;
  /** The public IPv4 address, which outlives the server. */
  readonly address: string;

  constructor(scope: Construct, id: string, { config, cloud }: ServerStackProps) {
    super(scope, id);
    useState(this, cloud, config.name);
    new provider.HcloudProvider(this, "hcloud", { endpoint: cloud.endpoint });
    new nullProvider.NullProvider(this, "null");
    const { name } = config;
    const labels = { "managed-by": "onebox", app: name };
    const variable = (id: string, description: string, sensitive = false) =>
      new TerraformVariable(this, id, { type: "string", description, sensitive }).stringValue;

    const key = new sshKey.SshKey(this, "deploy_key", {
      name,
      labels,
      publicKey: variable("deploy_public_key", "Public half of the deploy key"),
    });
    const wall = new firewall.Firewall(this, "firewall", {
      name,
      labels,
      rule: firewallRules(config),
    });
    const ip = new primaryIp.PrimaryIp(this, "ipv4", {
      name,
      labels,
      type: "ipv4",
      location: config.server.location,
      autoDelete: false,
      deleteProtection: true,
    });
    const data = new volume.Volume(this, "data", {
      name: `${name}-data`,
      labels,
      size: config.server.volumeSize,
      location: config.server.location,
      format: "ext4",
      deleteProtection: true,
    });
    const machine = new server.Server(this, "server", {
      name,
      labels,
      serverType: config.server.type,
      image: config.server.image,
      location: config.server.location,
      sshKeys: [key.id],
      firewallIds: [Fn.tonumber(wall.id)],
      publicNet: [{ ipv4Enabled: true, ipv4: Fn.tonumber(ip.id), ipv6Enabled: true }],
      userData: cloudInit({
        hostKey: variable("bootstrap_host_key", "Bootstrap SSH host key, base64", true),
        hostCertificate: variable("bootstrap_host_certificate", "Its certificate, base64"),
        images: [
          "traefik/compose.yml",
          ...(config.app.database ? ["docker-compose.yml"] : []),
        ].flatMap(pinnedImages),
      }),
      // Each run brings a fresh bootstrap key; only a new server takes it. Without this every run
      // would replace the server. The provider does not read public_net back, so a server that was imported
      // would be switched off for it; what differs of it in fact, a deploy mends (cli/server-check/reach.ts).
      lifecycle: { ignoreChanges: ["user_data", "ssh_keys", "public_net"] },
    });
    const attachment = new volumeAttachment.VolumeAttachment(this, "data_attachment", {
      volumeId: Fn.tonumber(data.id),
      serverId: Fn.tonumber(machine.id),
      automount: true,
      // Not read back either, and the provider cannot change it.
      lifecycle: { ignoreChanges: ["automount"] },
    });

    this.serverId = machine.id;
    this.address = ip.ipAddress;
    const contact = this.firstContact(name);
    this.edge({ config, cloud }, data.id, [contact, attachment]);
    new TerraformOutput(this, "id", { value: this.serverId, staticId: true });
    new TerraformOutput(this, "address", { value: this.address, staticId: true });
    if (config.dns !== undefined) {
      new TerraformOutput(this, "address6", { value: machine.ipv6Address, staticId: true });
    }
    new TerraformOutput(this, "applied", {
      value: variable(
        "definition",
        "Hash of this stack, by which a later deploy sees that nothing changed",
      ),
      staticId: true,
    });
  }

  /** Waits for the VM and exchanges its bootstrap host key for one that was made on it. */
  private firstContact(name: string): resource.Resource {
    return new resource.Resource(this, "first_contact", {
      triggers: { server: this.serverId },
      provisioners: [
        {
          type: "local-exec",
          // The option is explained in scripts/lib/enter.sh.
          command: `../../../node_modules/.bin/node --no-concurrent-recompilation ../../../cli/bin/first-contact.ts ${this.address} ${name}`,
        },
      ],
    });
  }

  /** Brings host/ and traefik/ to the VM and starts what all environments share. */
  private edge(
    { config, cloud }: ServerStackProps,
    volumeId: string,
    dependsOn: resource.ResourceConfig["dependsOn"],
  ): void {
    const asset = (id: string) =>
      new TerraformAsset(this, `${id}_files`, { path: id, type: AssetType.DIRECTORY });
    const size = `${config.server.volumeSize}`;
    // A proxy in front has the connections of all its visitors.
    const connections = proxiesOf(config).length > 0 ? 0 : config.server.connections;
    const upkeep =
      config.server.upkeep === false
        ? "never"
        : `${config.server.upkeep.window} ${config.server.upkeep.zone}`;
    const brought = edgeFiles(config, cloud);
    const keys = Object.entries(keyFiles(readReleaseKeys(root)));
    const variable = (name: string, description: string) =>
      new TerraformVariable(this, name, { type: "string", description }).stringValue;
    const token =
      certifiedWildcardOf(config, cloud) === undefined
        ? undefined
        : {
            file: variable("dns_token_file", "File with the token that the wildcard is ordered by"),
            hash: variable("dns_token_hash", "Its salted hash"),
          };
    const host = asset("host");
    const traefik = asset("traefik");
    new resource.Resource(this, "edge", {
      dependsOn,
      triggers: {
        server: this.serverId,
        volume: volumeId,
        size, // its file system grows with it
        connections: `${connections}`,
        upkeep,
        host: host.assetHash,
        traefik: traefik.assetHash,
        ...(brought.length === 0 ? {} : { brought: sha256(JSON.stringify(brought)) }),
        ...(token === undefined ? {} : { token: token.hash }),
        ...(keys.length === 0 ? {} : { keys: sha256(JSON.stringify(keys)) }),
      },
      connection: connectionTo(this, this.address, "server"),
      provisioners: [
        {
          type: "remote-exec",
          inline: [
            "rm -rf /opt/onebox/incoming",
            `install -d -m 0700 /opt/onebox/incoming${keys.length === 0 ? "" : " /opt/onebox/incoming/keys"}`,
          ],
        },
        { type: "file", source: `${host.path}`, destination: "/opt/onebox/incoming/host" },
        { type: "file", source: `${traefik.path}`, destination: "/opt/onebox/incoming/traefik" },
        ...brought.map(({ destination, content }) => ({
          type: "file" as const,
          content,
          destination: `/opt/onebox/incoming/traefik/${destination}`,
        })),
        ...keys.map(([name, content]) => ({
          type: "file" as const,
          content,
          destination: `/opt/onebox/incoming/keys/${name}`,
        })),
        ...(token === undefined
          ? []
          : [
              {
                type: "file" as const,
                source: token.file,
                destination: "/opt/onebox/incoming/dns_token",
              },
            ]),
        {
          type: "remote-exec",
          inline: [
            `bash /opt/onebox/incoming/host/edge/install ${volumeId} ${size} ${connections} ${upkeep}`,
          ],
        },
      ],
    });
  }
}

/** The images that a compose file names by themselves. */
function pinnedImages(file: string): string[] {
  return [...readFileSync(file, "utf8").matchAll(/^ +image: ([^\s$]+)$/gm)].map(
    ([, image = ""]) => image,
  );
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
