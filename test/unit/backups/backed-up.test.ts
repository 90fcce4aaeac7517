import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ProblemsError } from "../../../cli/errors.ts";
import { refuseOtherDatabase } from "../../../cli/release/backed-up.ts";
import { root } from "../../../config/load.ts";

const read = (file: string) => readFileSync(join(root, file), "utf8");
const [plain, backed] = [read("docker-compose.yml"), read("host/backups/compose.yml")];

/** What is wrong when docker-compose.yml is changed. */
function problems(from: string, to: string): string {
  expect(plain).to.include(from);
  try {
    refuseOtherDatabase(plain.replace(from, to), backed);
    return "";
  } catch (error) {
    if (error instanceof ProblemsError) return error.message;
    throw error;
  }
}

describe("host/backups/compose.yml", () => {
  it("fits docker-compose.yml", () => {
    expect(problems("", "")).to.equal("");
  });

  it("must name the image of the same version", () => {
    expect(problems("image: postgres:17.11-trixie", "image: postgres:17.12-trixie")).to.equal(
      "host/backups/compose.yml: database.image must be onebox/database:17.12-trixie, because docker-compose.yml has postgres:17.12-trixie",
    );
  });

  it("is for the official image", () => {
    expect(problems("image: postgres:17.11-trixie", "image: postgis/postgis:17-3.5")).to.match(
      /^docker-compose\.yml: backups need the official image/,
    );
  });

  it("must not take words from the database's command", () => {
    const image = "    image: postgres:17.11-trixie\n";
    const command = `${image}    command: ["postgres", "-cmax_connections=50"]\n`;
    expect(problems(image, command)).to.match(
      /database\.command would be lost, .*: -cmax_connections=50$/,
    );
  });
});
