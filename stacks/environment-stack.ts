import { createHash } from "node:crypto";
import { provider as nullProvider, resource } from "@cdktf/provider-null";
import { AssetType, TerraformAsset, TerraformStack, TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import { type Cloud, hostOf } from "../config/cloud.ts";
import type { Config, EnvironmentName } from "../config/schema.ts";
import { connectionTo } from "./connection.ts";
import { renderReleaseEnv } from "./release-env.ts";
import { renderRoute } from "./route.ts";
import type { ServerStack } from "./server-stack.ts";
import { useState } from "./state.ts";

/** What an EnvironmentStack needs to know. */
export interface EnvironmentStackProps {
  config: Config;
  cloud: Cloud;
  environment: EnvironmentName;
  server: ServerStack;
}

/** One environment's release: its files on the VM and the run of host/release that puts them to use. */
export class EnvironmentStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: EnvironmentStackProps) {
    super(scope, id);
    const { config, cloud, environment, server } = props;
    useState(this, cloud, config.name);
    new nullProvider.NullProvider(this, "null");
    const variable = (name: string, description: string) =>
      new TerraformVariable(this, name, { type: "string", description }).stringValue;

    const image = variable("image", "Image reference with its digest");
    const release = variable("release", "Name of the release: the digest's first 12 digits");
    const commit = variable("commit", "Commit that the image was built from");
    const envHash = variable("env_hash", "Salted hash of the files that hold secrets");
    const compose = new TerraformAsset(this, "compose", {
      path: "docker-compose.yml",
      type: AssetType.FILE,
    });
    const { app } = config;
    const host = hostOf(config, cloud, environment);
    const { memory } = config.environments[environment];
    const files = (image: string, release: string, commit: string) => ({
      settings: renderReleaseEnv({ ...app, environment, host, image, release, commit, memory }),
      route: renderRoute({ environment, host, port: app.port, release }),
    });
    const { settings, route } = files(image, release, commit);

    const incoming = `/opt/onebox/env/${environment}/incoming`;
    new resource.Resource(this, "deployment", {
      triggers: {
        server: server.serverId,
        image,
        secrets: envHash,
        compose: compose.assetHash,
        // What the files hold beside the image; that has its own trigger.
        files: createHash("sha256")
          .update(JSON.stringify(files("", "", "")))
          .digest("hex"),
      },
      connection: connectionTo(this, server.address),
      provisioners: [
        // `file` writes mode 0644 whatever the source's mode: the directory keeps others out.
        {
          type: "remote-exec",
          inline: [
            `rm -rf ${incoming}`,
            `install -d -m 0700 /opt/onebox/env/${environment} ${incoming}`,
          ],
        },
        { type: "file", source: compose.path, destination: `${incoming}/compose.yml` },
        { type: "file", content: settings, destination: `${incoming}/release.env` },
        { type: "file", content: route, destination: `${incoming}/route.yml` },
        {
          type: "file",
          source: variable("app_env_file", "Path of the app's env file, mode 0600"),
          destination: `${incoming}/app.env`,
        },
        {
          type: "file",
          source: variable(
            "registry_file",
            "Path of Docker's config.json with the pull credentials",
          ),
          destination: `${incoming}/config.json`,
        },
        { type: "remote-exec", inline: [`/opt/onebox/bin/release ${environment}`] },
      ],
    });
  }
}
