import { expect } from "chai";
import { amount, numbersOf, sample } from "../support/sample.ts";
import { part } from "./parts.ts";
import { clone, onVm, request, run, serving } from "./rehearsal.ts";

/** What is broken on the VM, behind everybody's back. `serving` and `release` are set. */
const faults: Record<string, string> = {
  "the app's container was killed, Traefik had stopped, and its route was removed":
    'docker kill "$serving" && docker stop onebox-traefik && rm /opt/onebox/routes/stage.yml',
  "the app's container, its database and Traefik were removed":
    'docker rm -f "$serving" onebox-stage-database onebox-traefik',
  "its networks were removed, its own and the database's":
    "for network in onebox-stage onebox-stage-data; do\n" +
    "  docker network inspect -f '{{range .Containers}}{{println .Name}}{{end}}' $network |\n" +
    "    xargs -r -n 1 docker network disconnect -f $network\n" +
    "  docker network rm $network\n" +
    "done",
  "Traefik was taken out of its network, and the database out of the one of the data":
    "docker network disconnect -f onebox-stage onebox-traefik\n" +
    "docker network disconnect -f onebox-stage-data onebox-stage-database",
};
/** Of these a run takes two; one that takes every part, all. */
const count = amount("ONEBOX_PARTS", Number.POSITIVE_INFINITY);
const taken = sample(Object.entries(faults), Math.max(2, count), [], numbersOf("mend"));

part("mend").describe("a deploy of what should serve already", () => {
  for (const [fault, shell] of taken) {
    it(`mends it when ${fault}`, async () => {
      const before = await serving("stage");
      await onVm(
        `serving=onebox-stage-$(sed -n '1s/^# route\\.//p' /opt/onebox/routes/stage.yml)\n${shell}`,
      );
      expect((await request("stage", "/readyz").catch(() => ({ status: 0 }))).status).not.to.equal(
        200,
      );
      await run(0, "deploy.sh", ["stage"]);
      expect((await request("stage", "/readyz")).status).to.equal(200);
      const after = await serving("stage");
      expect(after).to.include({ release: before.release, image: before.image });
      expect(after.commit).to.equal(clone.git("rev-parse", "HEAD"));
    });
  }
});
