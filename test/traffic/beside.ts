import { setTimeout as sleep } from "node:timers/promises";

/** Another way of deploying the same app. */
export interface Way {
  name: string;
  /** For people. */
  title: string;
  /** The services of its compose file. */
  services: string;
  /** Where Onebox's Traefik finds it. */
  door: string;
  /** Shell, run beside the compose file, with IMAGE and RELEASE set. */
  deploy: string;
}

/** The app as these services have it: with stage's secrets, database and network. */
export const app = `image: \${IMAGE}
    env_file: app.env
    environment: { ONEBOX_ENVIRONMENT: beside, ONEBOX_RELEASE: "\${RELEASE}", PORT: 3000 }`;

/** Shell that prints stage's own secrets, as an env file. */
export const secretsOfStage = `docker inspect -f '{{range .Config.Env}}{{println .}}{{end}}' $(
    docker ps -q --filter label=onebox.environment=stage --filter label=onebox.service=app | head -n 1
  ) | grep -E '^(DATABASE_URL|LOG_LEVEL)='`;

/** Nothing but Compose, which stops the old container and starts the new one. */
export const plainCompose: Way = {
  name: "plain",
  title: "docker compose up -d",
  services: `
  app:
    ${app}
    networks: { stage: { aliases: [plain-app] }, data: }`,
  door: "http://plain-app:3000",
  deploy: "docker compose --progress quiet up -d --wait",
};

/** A compose project beside Onebox's, on the same VM and behind the same Traefik, deployed in its own way. */
export class Beside {
  readonly host: string;
  private readonly way: Way;
  private readonly onVm: (command: string) => Promise<string>;
  private readonly directory: string;

  constructor(way: Way, onVm: (command: string) => Promise<string>) {
    this.way = way;
    this.onVm = onVm;
    this.host = `${way.name}.onebox.localhost`;
    this.directory = `/root/beside/${way.name}`;
  }

  /** Starts the first release and opens the way to it. */
  async begin(image: string): Promise<void> {
    const { name, services, door } = this.way;
    const networks =
      "networks:\n  stage: { name: onebox-stage, external: true }\n  data: { name: onebox-stage-data, external: true }";
    await this.put("compose.yml", `name: ${name}\nservices:${services}\n${networks}\n`);
    await this.onVm(`${secretsOfStage} >${this.directory}/app.env`);
    await this.deploy(image, `${name}-0`);
    await this.put(
      "route.yml",
      JSON.stringify({
        http: {
          routers: {
            [name]: { rule: `Host(\`${this.host}\`)`, entryPoints: ["web"], service: name },
          },
          services: { [name]: { loadBalancer: { servers: [{ url: door }] } } },
        },
      }),
    );
    await this.onVm(`mv ${this.directory}/route.yml ${this.routeFile()}`);
    await sleep(1000); // Traefik reads it
  }

  async deploy(image: string, release: string): Promise<void> {
    await this.onVm(
      `cd ${this.directory} && export IMAGE=${image} RELEASE=${release} && ${this.way.deploy}`,
    );
  }

  async end(): Promise<void> {
    await this.onVm(`rm -f ${this.routeFile()}`);
    await this.onVm(
      `cd ${this.directory} && IMAGE=none RELEASE=none docker compose --progress quiet down`,
    );
  }

  private routeFile(): string {
    return `/opt/onebox/routes/${this.way.name}.yml`;
  }

  private async put(file: string, text: string): Promise<void> {
    const coded = Buffer.from(text).toString("base64");
    await this.onVm(
      `install -d ${this.directory} && echo ${coded} | base64 -d >${this.directory}/${file}`,
    );
  }
}
