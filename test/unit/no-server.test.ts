import { expect } from "chai";
import type { Project } from "../../cli/project.ts";
import { withVm } from "../../cli/server.ts";

describe("where there is no server", () => {
  const refused = (backups: object | undefined) => () =>
    withVm({ vm: undefined, project: { config: { backups } } as Project });

  it("is said how there will be one", () => {
    expect(refused(undefined)).to.throw(/^there is no server yet; run: scripts\/deploy\.sh stage$/);
  });

  it("is said how data come back with one, where backups are made", () => {
    expect(refused({})).to.throw(
      / stage; if it was lost .*: scripts\/deploy\.sh prod --from-backup$/,
    );
  });
});
