import { expect } from "chai";
import { readMail } from "../../config/mail.ts";

describe("the mail server of alarms", () => {
  const problems: string[] = [];
  const read = (to: string, smtp: string) => {
    problems.length = 0;
    return readMail(to, smtp, (key, why) => problems.push(`${key} ${why.replace(/:.*/, "")}`));
  };
  const to = "ann@shop.test, bob@shop.test";

  it("is none where neither key is set, and both are needed", () => {
    expect(read("", "")).to.equal(undefined);
    expect(problems).to.deep.equal([]);
    read(to, "");
    expect(problems).to.deep.equal(["NOTIFY_SMTP is missing although NOTIFY_MAIL is set"]);
    read("", "smtps://a%40b.test:c@d.test");
    expect(problems).to.deep.equal(["NOTIFY_MAIL is missing although NOTIFY_SMTP is set"]);
  });

  it("has login, sender and addresses", () => {
    expect(read(to, "smtps://me%40shop.test:p%3Aq%22@smtp.test:465")).to.deep.equal({
      server: "smtps://smtp.test:465",
      user: "me@shop.test",
      password: 'p:q"',
      from: "me@shop.test",
      to: ["ann@shop.test", "bob@shop.test"],
    });
    expect(read("a@b.test", "smtp://relay:25?from=me%2Bx@shop.test")).to.deep.equal({
      server: "smtp://relay:25",
      user: "",
      password: "",
      from: "me+x@shop.test",
      to: ["a@b.test"],
    });
  });

  for (const [what, smtp] of Object.entries({
    "no address": "smtp.test",
    "another protocol": "https://me%40shop.test:x@smtp.test",
    "no sender": "smtps://key:secret@smtp.test",
    "a sender that is none": "smtps://key:secret@smtp.test?from=me",
    "a line break in its password": "smtps://a%40b.test:x%0Aurl@smtp.test",
    "no percent-encoding": "smtps://a%40b.test:100%@smtp.test",
    "a user with a colon": "smtps://a%3Ab:x@smtp.test?from=a@b.test",
    "a password without user": "smtps://:x@smtp.test?from=a@b.test",
    "a path": "smtps://a%40b.test:x@smtp.test/inbox",
    "another option": "smtps://a%40b.test:x@smtp.test?form=a@b.test",
  })) {
    it(`is refused with ${what}`, () => {
      read(to, smtp);
      expect(problems).to.deep.equal([
        "NOTIFY_SMTP must be the mail server with its login, such as smtps",
      ]);
    });
  }

  it("is refused with addresses that are none", () => {
    for (const bad of [
      "ann",
      "ann@shop.test,",
      "ann@shop.test bob@shop.test",
      "Ann <a@b.test>",
      "-a\n@b.test",
    ]) {
      read(bad, "smtps://a%40b.test:x@smtp.test");
      expect(problems, bad).to.deep.equal([
        "NOTIFY_MAIL must be e-mail addresses with commas between them",
      ]);
    }
  });
});
