import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { problemsOf } from "../../cli/backups/health.ts";
import { readBackupList } from "../../cli/backups/list.ts";
import { poll } from "../../cli/poll.ts";
import { begin, end, site, storage } from "./scene.ts";
import { Webhook } from "./webhook.ts";

/** What storage may refuse for as long as nobody mends it: how it begins, what ends it, and how it is told. */
interface Trouble {
  begin: () => Promise<void> | void;
  mend: () => void;
  told: RegExp;
  /** Whether a copy is tried, too, which takes two minutes. */
  copies?: boolean;
}

describe("storage that", () => {
  const webhook = new Webhook();
  before(async () => {
    await begin();
    site.webhook = `http://127.0.0.1:${await webhook.start("127.0.0.1")}/`;
    site.configure();
    await site.must("backup", "full");
    await site.must("drill");
  });
  after(() => {
    expired.close();
    webhook.stop();
    end();
  });

  const bucket = () => join(storage.place, "content/backups");
  const expired = createServer();

  /** A certificate of the same key that was good for a day, long ago. */
  async function answerExpired(): Promise<void> {
    const file = (name: string) => join(storage.place, name);
    const sign = ["ca", "-batch", "-cert", file("ca.pem"), "-config", file("ca.conf"), "-notext"];
    const section =
      "[ca]\ndefault_ca=own\n[own]\ndefault_md=sha256\npolicy=any\n[any]\ncommonName=supplied\n";
    const own = `database=${file("index")}\nserial=${file("serial")}\nnew_certs_dir=${storage.place}\nx509_extensions=names\n`;
    const names = `[names]\nsubjectAltName=IP:${storage.objects?.endpoint}\n`;
    writeFileSync(file("ca.conf"), section.replace("policy=any\n", `policy=any\n${own}`) + names);
    writeFileSync(file("index"), "");
    writeFileSync(file("serial"), "02\n");
    const openssl = (...args: string[]) => void execFileSync("openssl", args, { stdio: "pipe" });
    openssl(
      "req",
      "-new",
      "-key",
      file("key.pem"),
      "-subj",
      "/CN=storage",
      "-out",
      file("request"),
    );
    const time = ["-startdate", "20250101000000Z", "-enddate", "20250102000000Z"];
    const files = [
      "-keyfile",
      file("key.pem"),
      "-in",
      file("request"),
      "-out",
      file("expired.pem"),
    ];
    openssl(...sign, ...time, ...files);
    const [key, cert] = [readFileSync(file("key.pem")), readFileSync(file("expired.pem"))];
    expired.setSecureContext({ key, cert });
    expired.listen(0, storage.objects?.endpoint);
    await once(expired, "listening");
    site.configure({ "repo1-storage-port": `${(expired.address() as AddressInfo).port}` });
  }

  const troubles: Record<string, Trouble> = {
    "knows its login no more": {
      begin: () => site.configure({ "repo1-s3-key": "REVOKED", AWS_ACCESS_KEY_ID: "REVOKED" }),
      mend: () => site.configure(),
      told: /InvalidAccessKeyId; put a login|403 \(Forbidden\); see that BACKUP_ACCESS_KEY/,
      copies: true,
    },
    "has lost the bucket": {
      begin: () => renameSync(bucket(), `${bucket()}.away`),
      mend: () => renameSync(`${bucket()}.away`, bucket()),
      told: /; the bucket that backups.bucket names is gone/,
    },
    "has an expired certificate": {
      begin: answerExpired,
      mend: () => site.configure(),
      told: /certificate has expired; the storage's owner has to renew it/,
    },
  };

  for (const [what, { begin, mend, told, copies }] of Object.entries(troubles))
    it(`${what} is told of in a line that names what helps, wherever that is met`, async () => {
      await begin();
      const said: Record<string, string> = {};
      try {
        await site.sql("INSERT INTO links (url) VALUES ('x'); SELECT pg_switch_wal()");
        const look = async () => (await site.status()).failed_what;
        said.log = await poll(look, (found) => found !== "", { within: 60_000, pause: 500 });
        said.status = problemsOf(await site.status(), new Date(Date.now() + 600_000)).join("\n");
        for (const [program, ...args] of [
          ["backup", "incr"],
          ["drill"],
          ...(copies ? [["database-copy", "look"]] : []),
        ]) {
          if (program === undefined) continue;
          const { code, output } = await site.run(program, ...args);
          expect(code, output).to.equal(1);
          said[program] = /^onebox: error: .*$/m.exec(output)?.[0] ?? output;
        }
        const { output } = await site.run("backups", "list");
        expect(() => readBackupList(output)).to.throw(told);
        webhook.told.length = 0;
        site.later = 600;
        await site.must("alarm");
        said.alarm = webhook.told.join("\n");
      } finally {
        site.later = 0;
        mend();
      }
      for (const [where, line] of Object.entries(said)) expect(line, where).to.match(told);
      await site.must("backup", "incr");
      await site.must("drill");
      expect(problemsOf(await site.status(), new Date())).to.deep.equal([]);
    });

  it("does not answer for a part of the log has nothing restored that lacks what is in it", async () => {
    const stored = () =>
      poll(
        async () => (await site.status()).waiting,
        (n) => n === 0,
        { within: 60_000, pause: 500 },
      );
    await site.sql("INSERT INTO links (url) VALUES ('newest'); SELECT pg_switch_wal()");
    expect(await stored()).to.equal(0);
    const segments = storage.files(/\/[0-9A-F]{24}-[0-9a-f]{40}\.zst$/).sort();
    const last = segments.at(-1) ?? "";
    const good = readFileSync(last);
    writeFileSync(last, good.subarray(0, good.length / 2));
    try {
      const { code, output } = await site.run("database-copy", "look");
      expect(code, output).to.equal(1);
    } finally {
      writeFileSync(last, good);
    }
    await site.must("database-copy", "look");
    const sql = "SELECT count(*) FROM links WHERE url = 'newest'";
    expect(await site.sql(sql, "onebox", site.copy("look"))).to.equal("1");
    await site.must("database-copy", "look", "--remove");
  });
});
