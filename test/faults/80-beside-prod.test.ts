import { expect } from "chai";
import { stage } from "../stage/use.ts";
import { HeaderFlood } from "../support/header-flood.ts";
import { readSecrets, writeSecrets } from "../support/secrets.ts";
import { servingOf } from "../support/serving.ts";
import { stageHost } from "../support/stage.ts";
import { all } from "./sample.ts";
import { look, other } from "./shared.ts";
import { underLoad } from "./visitors.ts";

const hosts = ["onebox.localhost", stageHost];

/** What would be the tools' own, were it not the app's. */
const hostile = `
COMPOSE_PROJECT_NAME=onebox-prod
COMPOSE_FILE=/dev/null
COMPOSE_PROFILES=migrate
DOCKER_HOST=tcp://127.0.0.1:1
DOCKER_CONFIG=/nowhere
`;

if (all) {
  describe("beside prod", () => {
    before(async function () {
      this.timeout(300_000);
      const { image } = await look();
      await stage.run("deploy.sh", "prod", "--image", image, "--force-unproven");
    });
    after(async () => {
      await stage.run("destroy.sh", "prod", "--data", "--yes");
    });

    it("env files that would steer compose and Docker reach the apps alone, and nobody notices", async () => {
      const files = readSecrets(stage.clone);
      const apart = (name: string) =>
        stage.onVm(`docker inspect -f '{{.Id}} {{.State.StartedAt}}' onebox-${name}-database`);
      const databases = await Promise.all(["prod", "stage"].map(apart));
      writeSecrets(stage.clone, {
        ".env.stage": `${files[".env.stage"]}${hostile}`,
        ".env.prod": `${files[".env.prod"]}${hostile.replace("onebox-prod", "onebox-stage")}`,
      });
      try {
        const image = await other();
        await underLoad(
          async () => {
            await stage.run("deploy.sh", "stage", "--image", image);
            await stage.run("deploy.sh", "prod", "--image", image);
            await stage.run("rollback.sh", "stage");
            await stage.run("deploy.sh", "stage", "--image", image);
          },
          { hosts },
        );
        for (const [name, project] of [
          ["stage", "onebox-prod"],
          ["prod", "onebox-stage"],
        ] as const) {
          const serving = await servingOf(stage.vm, name);
          expect(serving.image).to.equal(image);
          const variables = await stage.onVm(
            `docker inspect -f '{{range .Config.Env}}{{println .}}{{end}}' $(docker ps -q --filter label=onebox.release=${serving.release} --filter label=onebox.environment=${name})`,
          );
          expect(variables).to.include(
            hostile.trim().replace("onebox-prod", project).split("\n")[0],
          );
          expect(variables).to.include("DOCKER_HOST=tcp://127.0.0.1:1");
        }
        expect(await Promise.all(["prod", "stage"].map(apart))).to.deep.equal(databases);
      } finally {
        stage.clone.git("checkout", "--", ".");
      }
    });

    it("whoever never ends a request's headers is closed, and nobody else notices", async () => {
      const traefik = () =>
        stage.onVm("docker inspect -f '{{.State.Pid}} {{.RestartCount}}' onebox-traefik");
      const before = await traefik();
      const flood = new HeaderFlood(await stage.vm.address(), 80, stageHost);
      try {
        const insist = async () => [
          ...(await flood.insist(300)),
          ...(await flood.insist(300)),
          ...(await flood.insist(300)),
        ];
        const { done: said } = await underLoad(insist, { hosts });
        expect(new Set(said)).to.have.keys("HTTP/1.1 431 Request Header Fields Too Large");
      } finally {
        flood.end();
      }
      expect(await traefik()).to.equal(before);
    });
  });
}
