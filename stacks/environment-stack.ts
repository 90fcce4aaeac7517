import { readFileSync } from "node:fs";
import { provider as nullProvider, resource } from "@cdktf/provider-null";
import { TerraformStack, TerraformVariable, Token } from "cdktf";
import type { Construct } from "constructs";
import type { Cloud } from "../config/cloud.ts";
import { hostsOf } from "../config/hosts.ts";
import type { Config, EnvironmentName } from "../config/schema.ts";
import { connectionTo } from "./connection.ts";
import { renderReleaseEnv } from "./release-env.ts";
import { renderRoutes } from "./routes.ts";
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
    const variable = (name: string, description: string, type = "string") =>
      new TerraformVariable(this, name, { type, description }).stringValue;

    const image = variable("image", "Image reference with its digest");
    const release = variable(
      "release",
      "Name of the release: 12 digits of the digest, 4 of a hash",
    );
    const canary = new TerraformVariable(this, "canary", {
      type: "number",
      description: "A canary's share in percent; 0 for a release that gets it all",
    }).numberValue;
    const { app, environments } = config;
    const hosts = hostsOf(config, cloud.domain, environment);
    const settings = renderReleaseEnv({
      app,
      settings: environments[environment],
      environment,
      host: hosts.own,
      image,
      release,
      commit: variable("commit", "Commit that the image was built from"),
      by: variable("by", "Who deploys, for the history"),
      canary: Token.asString(canary),
      canaryWay: variable("canary_way", "The canary's way: canary or canary-sticky"),
    });
    const routes = renderRoutes({
      environment,
      hosts,
      https: config.https !== undefined,
      port: app.port,
      paths: environments[environment].routes,
      release,
      canary: {
        weight: Token.asString(canary),
        rest: variable("canary_rest", "What a canary leaves, in percent"),
      },
    });

    const secretFiles = variable(
      "secret_files",
      "Directory, named after the environment, with app.env and Docker's config.json",
    );
    const wait = variable("wait", "How long to wait for another release, in seconds", "number");

    const own = `/opt/onebox/env/${environment}`;
    const write = (name: string, text: string) =>
      `cat >$incoming/${name} <<'ONEBOX'\n${text}ONEBOX`;
    new resource.Resource(this, "deployment", {
      // The release's name is a hash of all its files, the secret ones and these provisioners included.
      triggers: { server: server.serverId, image, release },
      connection: connectionTo(this, server.address),
      // Each provisioner is a connection of its own, and takes as long as one: so there are two.
      provisioners: [
        // `file` writes mode 0644 whatever the source's mode: the inbox keeps others out.
        { type: "file", source: secretFiles, destination: "/opt/onebox/inbox" },
        {
          type: "remote-exec",
          inline: [
            "set -e",
            // scripts/deploy.sh may run this itself, with an inbox of its own.
            `if [ -z "$inbox" ]; then inbox=/opt/onebox/inbox/${environment}; fi`,
            `incoming=${own}/incoming.$$`,
            `install -d -m 0700 ${own}`,
            "mv $inbox $incoming",
            write("compose.yml", literally(readFileSync("docker-compose.yml", "utf8"))),
            write("release.env", settings),
            write("routes", routes),
            `/opt/onebox/bin/operate ${environment} release --from $incoming --wait ${wait}`,
          ],
        },
      ],
    });
  }
}

/** Keeps Terraform from taking a text's "${…}" for its own. */
function literally(text: string): string {
  return text.replace(/[$%](?=\{)/g, "$&$&");
}
