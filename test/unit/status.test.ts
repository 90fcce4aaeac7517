import { expect } from "chai";
import { parseStatus, renderTable } from "../../operator/status.ts";

const line = [
  "stage",
  `127.0.0.1:5000/onebox/app@sha256:${"0".repeat(64)}`,
  "000000000000",
  "0123456789abcdef",
  "running",
  "healthy",
  "2026-01-01T00:00:00Z",
  "c0ffee",
].join("\t");

describe("the status", () => {
  const hosts = { stage: "stage.shop.test", prod: "shop.test" };

  it("has a row for every environment, served or not", () => {
    const rows = parseStatus(line, "127.0.0.1", hosts);
    expect(rows.map((row) => [row.environment, row.release])).to.deep.equal([
      ["stage", "000000000000"],
      ["prod", null],
    ]);
    expect(rows[0]?.digest).to.equal(`sha256:${"0".repeat(64)}`);
  });

  it("reads well as a table", () => {
    const table = renderTable(
      parseStatus(line, "127.0.0.1", hosts),
      new Date("2026-01-01T00:05:00Z"),
    );
    expect(table.split("\n")).to.deep.equal([
      "ENVIRONMENT  URL                     ADDRESS    RELEASE       COMMIT   STATE    SINCE",
      "stage        http://stage.shop.test  127.0.0.1  000000000000  0123456  healthy  5 min",
      "prod         http://shop.test        127.0.0.1  nothing yet   -        -        -",
    ]);
  });
});
