import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { makeSteady } from "../../../cli/git/export.ts";

describe("what a builder gets", () => {
  it("has the same times and modes on every machine, and links stay links", () => {
    const directory = mkdtempSync(join(tmpdir(), "onebox steady-"));
    try {
      const path = (name: string) => join(directory, name);
      mkdirSync(path("a"), { mode: 0o700 });
      writeFileSync(path("a/text"), "x", { mode: 0o600 });
      writeFileSync(path("a/program"), "x");
      chmodSync(path("a/program"), 0o700);
      symlinkSync("/nowhere", path("a/link"));
      makeSteady(directory);
      const mode = (name: string) => lstatSync(path(name)).mode & 0o777;
      expect([mode("."), mode("a"), mode("a/text"), mode("a/program")]).to.deep.equal([
        ...[0o755, 0o755, 0o644, 0o755],
      ]);
      expect(lstatSync(path("a/link")).isSymbolicLink()).to.equal(true);
      for (const name of ["a", "a/text", "a/program", "a/link"]) {
        expect(lstatSync(path(name)).mtime.toISOString()).to.equal("1980-01-01T00:00:00.000Z");
      }
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
