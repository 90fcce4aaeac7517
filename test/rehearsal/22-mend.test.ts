import { expect } from "chai";
import { clone, onVm, run, status } from "./rehearsal.ts";
import { request } from "./visitor.ts";

/** What is broken on the VM, behind everybody's back. `serving` and `release` are set. */
const faults: Record<string, string> = {
  "the app's container was killed": 'docker kill "$serving"',
  "the app's container and its database were removed":
    'docker rm -f "$serving" onebox-stage-database',
  "Traefik was removed": "docker rm -f onebox-traefik",
  "Traefik had stopped, and its route was removed":
    "docker stop onebox-traefik && rm /opt/onebox/routes/stage.yml",
};

describe("a deploy of what should serve already", () => {
  for (const [fault, shell] of Object.entries(faults)) {
    it(`mends it when ${fault}`, async () => {
      const before = await status("stage");
      await onVm(
        `serving=onebox-stage-$(sed -n '1s/^# route\\.//p' /opt/onebox/routes/stage.yml)\n${shell}`,
      );
      expect((await request("stage", "/readyz").catch(() => ({ status: 0 }))).status).not.to.equal(
        200,
      );
      await run(0, "deploy.sh", ["stage"]);
      expect((await request("stage", "/readyz")).status).to.equal(200);
      const after = await status("stage");
      expect(after).to.include({ release: before.release, image: before.image });
      expect(after.commit).to.equal(clone.git("rev-parse", "HEAD"));
    });
  }
});
