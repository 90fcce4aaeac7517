import { expect } from "chai";
import { part } from "./parts.ts";
import { clone, onVm, request, run, serving } from "./rehearsal.ts";

/** What is broken on the VM, behind everybody's back. `serving` and `release` are set. */
const faults: Record<string, string> = {
  "the app's container was killed, Traefik had stopped, and its route was removed":
    'docker kill "$serving" && docker stop onebox-traefik && rm /opt/onebox/routes/stage.yml',
  "the app's container, its database and Traefik were removed":
    'docker rm -f "$serving" onebox-stage-database onebox-traefik',
};

part("mend").describe("a deploy of what should serve already", () => {
  for (const [fault, shell] of Object.entries(faults)) {
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
