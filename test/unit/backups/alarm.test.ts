import { expect } from "chai";
import { renderMail } from "../../../cli/release/mail.ts";
import { MadeUpVm } from "../../support/made-up-vm.ts";
import { MailServer } from "../../support/mail-server.ts";

describe("the alarm of backups, on the VM", () => {
  let vm: MadeUpVm;
  beforeEach(() => {
    vm = new MadeUpVm();
    vm.write("programs/docker", '#!/bin/bash\n[[ $* == *psql* ]] && cat "$STATE/answer"\n');
    vm.write(
      "programs/sleep",
      '#!/bin/bash\necho "slept $1" >>"$STATE/log"\nmv "$STATE/later" "$STATE/answer"\n',
    );
    vm.write("programs/curl", '#!/bin/bash\ncat >>"$STATE/log"\n');
    vm.write("base/env/stage/backups/alarm-webhook", "http://127.0.0.1/hook\n");
    vm.write("base/env/stage/backups/pgbackrest.conf", "[stage]\n");
    vm.write("answer", "");
  });
  afterEach(() => vm.remove());

  it("tells of a database only when it does not answer a minute later either", async () => {
    vm.write("later", "- - 0 0 -\n");
    await vm.run("alarm");
    expect(vm.read("log")).to.match(/^slept 60$/m);
    expect(vm.read("log")).not.to.include("does not answer");
    vm.write("answer", "");
    vm.write("later", "");
    await vm.run("alarm");
    expect(vm.read("log")).to.include("the database does not answer");
  });

  describe("by mail", () => {
    const mails = new MailServer();
    let port = 0;
    before(async () => {
      port = await mails.start();
    });
    beforeEach(() => {
      const server = `smtp://localhost:${port}`;
      const login = { user: "me@shop.test", password: 'a"\\b' };
      const to = ["ann@shop.test", "bob@shop.test"];
      const mail = renderMail({ server, ...login, from: "me@shop.test", to });
      vm.write("base/env/stage/backups/alarm-mail", mail);
      vm.write("later", "");
      vm.write(
        "programs/curl",
        `#!/bin/bash
case "$*" in *alarm-mail*) CURL_CA_BUNDLE=${mails.certificate} exec "$(type -ap curl | sed -n 2p)" "$@" ;; esac
cat >>"$STATE/log"; exit 7
`,
      );
    });
    after(() => mails.stop());

    it("writes a letter to each address, with its login and encrypted, whatever the webhook says", async () => {
      const { code, output } = await vm.run("alarm");
      expect(code, output).to.equal(0);
      expect(output).to.include("the alarm was not taken by NOTIFY_WEBHOOK");
      expect(mails.clear.join("\n")).to.match(/^EHLO \S+\nSTARTTLS$/);
      const told = mails.told.join("\n");
      const [, login = ""] = /^AUTH PLAIN\n(\S+)$/m.exec(told) ?? [];
      expect(Buffer.from(login, "base64").toString()).to.equal('\0me@shop.test\0a"\\b');
      expect(told).to.match(/^RCPT TO:<ann@shop\.test>\nRCPT TO:<bob@shop\.test>\nDATA$/m);
      expect(told).to.match(/^From: Onebox <me@shop\.test>$/m);
      expect(told).to.match(/^Subject: Onebox: backups of stage$/m);
      expect(told.replaceAll("=\n", "")).to.include(
        "\nbackups of stage: the database does not answer\n",
      );
      mails.told.length = 0;
      vm.write("later", "");
      await vm.run("alarm");
      expect(mails.told, "told again within a day").to.deep.equal([]);
    });

    it("says so where nobody takes it, and tries again", async () => {
      const away = { server: "smtp://localhost:9", user: "", password: "", from: "a@b.test" };
      vm.write("base/env/stage/backups/alarm-mail", renderMail({ ...away, to: ["a@b.test"] }));
      for (const _ of [1, 2]) {
        vm.write("later", "");
        const { code, output } = await vm.run("alarm");
        expect(code, output).to.equal(1);
        expect(output).to.include("the alarm was not taken by the mail server of NOTIFY_SMTP");
      }
    });
  });
});
