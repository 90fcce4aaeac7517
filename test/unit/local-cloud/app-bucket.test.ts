import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { RefusedError } from "../../../cli/errors.ts";
import { checkAppBucket } from "../../../cli/local-cloud/app-bucket.ts";
import {
  type LocalObjects,
  loginOf,
  readObjects,
  writeObjects,
} from "../../../cli/local-cloud/objects-login.ts";
import type { Config } from "../../../config/schema.ts";

const login = (name: string) => ({ accessKey: name, secretKey: `${name}'s secret` });

describe("a bucket for an app", () => {
  const local = { cloud: "local", backups: { bucket: "shop-backups" } } as Config;
  const refused: [string, Config, RegExp][] = [
    [
      "uploads",
      { ...local, cloud: "hetzner" },
      /console.*secrets\.sh edit stage.*docs\/uploads\.md/,
    ],
    ["shop-backups", local, /^shop-backups is the backups' bucket/],
    ["Uploads", local, /^NAME must be a bucket's name such as/],
    ["../up", local, /^NAME must be a bucket's name such as/],
  ];
  for (const [name, config, why] of refused) {
    it(`is refused in one line: ${name} at ${config.cloud}`, () => {
      expect(() => checkAppBucket(name, config)).to.throw(RefusedError, why);
    });
  }

  it("may have any other name", () => {
    for (const name of ["uploads", "shop.stage-uploads", "constructor"])
      expect(() => checkAppBucket(name, local), name).to.not.throw();
  });
});

describe("what is known of the local cloud's object storage", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "onebox-objects-"));
  });
  afterEach(() => rmSync(root, { recursive: true }));
  const objects: LocalObjects = {
    ...{ endpoint: "127.0.0.1", port: 9, ca: "ca.pem" },
    ...{ owner: login("owner"), vm: login("vm"), buckets: { uploads: login("app") } },
  };

  it("holds the login of each app's bucket, and of no other", () => {
    writeObjects(root, objects);
    const found = readObjects(root) as LocalObjects;
    expect(found).to.deep.equal(objects);
    expect(loginOf(found, "uploads")).to.deep.equal(login("app"));
    for (const name of ["backups", "constructor"]) expect(loginOf(found, name)).to.equal(undefined);
  });

  it("tells the storage of all logins but the owner's, which have no right of their own", () => {
    writeObjects(root, objects);
    const file = join(root, ".onebox/cloud/objects/kept/users/users.json");
    expect(statSync(file).mode & 0o77).to.equal(0);
    const { accessAccounts } = JSON.parse(readFileSync(file, "utf8"));
    expect(Object.keys(accessAccounts)).to.deep.equal(["vm", "app"]);
    expect(accessAccounts.app).to.include({ access: "app", secret: "app's secret", role: "user" });
  });
});
