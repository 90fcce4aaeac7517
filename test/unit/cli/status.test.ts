import { expect } from "chai";
import { readDisks, readSlots } from "../../../cli/vm/answers.ts";
import { troubledDisks } from "../../../cli/vm/disks.ts";
import { renderStatus, statusOf } from "../../../cli/vm/status.ts";

const line = (role: string, slot: string, release: string, weight = "") =>
  JSON.stringify({
    ...{ onebox: 1, kind: "slot", environment: "stage", role, slot, release, weight },
    image: `127.0.0.1:5000/onebox/app@sha256:${"0".repeat(64)}`,
    commit: "0123456789abcdef",
    ...{ state: "running", health: "healthy", since: "2026-01-01T00:00:00Z", id: "c0ffee" },
  });

describe("the status", () => {
  const hosts = { stage: "stage.shop.test", prod: "shop.test" };
  const place = { address: "127.0.0.1", scheme: "http" as const, hosts, disks: [] };
  const serving = line("serving", "blue", "000000000000-1111");

  it("has a row for every environment, served or not", () => {
    const rows = statusOf(readSlots(serving), place);
    expect(rows.map((row) => [row.environment, row.release, row.standby])).to.deep.equal([
      ["stage", "000000000000-1111", null],
      ["prod", null, null],
    ]);
    const [https] = statusOf(readSlots(serving), { ...place, scheme: "https" });
    expect(https?.url).to.equal("https://stage.shop.test");
    expect(rows[0]?.digest).to.equal(`sha256:${"0".repeat(64)}`);
  });

  it("reads well as a table", () => {
    const text = [serving, line("canary", "green", "222222222222-3333", "10")].join("\n");
    const table = renderStatus(statusOf(readSlots(text), place), new Date("2026-01-01T00:05:00Z"));
    expect(table.split("\n")).to.deep.equal([
      "ENVIRONMENT  URL                     ADDRESS    RELEASE            COMMIT   STATE         SINCE",
      "stage        http://stage.shop.test  127.0.0.1  000000000000-1111  0123456  healthy       5 min",
      "                                                222222222222-3333  0123456  canary, 10 %",
      "prod         http://shop.test        127.0.0.1  nothing yet        -        -             -",
    ]);
  });

  it("calls nothing healthy whose data volume is full, and says what helps", () => {
    const disk = (free: number) => ({ onebox: 1, kind: "disk", name: "data", size: 10_000, free });
    const rows = (free: number) => {
      const disks = troubledDisks(readDisks(`${serving}\n${JSON.stringify(disk(free))}`));
      return statusOf(readSlots(serving), { ...place, disks });
    };
    expect(rows(9000)[0]).to.deep.include({ health: "healthy", problems: [] });
    expect(rows(900)[0]?.health).to.equal("healthy");
    expect(rows(900)[0]?.problems[0]).to.match(
      /^the data volume has 900 MB of 10000 MB left: raise/,
    );
    expect(rows(0).map(({ health }) => health)).to.deep.equal(["unhealthy", null]);
    const text = renderStatus(rows(0), new Date("2026-01-01T00:05:00Z"));
    expect(text).to.match(/^stage .* unhealthy +5 min$/m);
    expect(
      text.match(/^ {2}! the data volume has 0 MB of 10000 MB left: .*volumeSize/gm),
    ).to.have.length(1);
  });
});
