import { expect } from "chai";
import { readBackupList } from "../../../cli/backups/list.ts";
import { MadeUpVm } from "../../support/made-up-vm.ts";

/** What pgBackRest and restic say, and what is told of it. */
const cases = [
  [
    "2026-11-27 07:52:11.468 P00  ERROR: [039]: HTTP request failed with 403 (Forbidden):\n*** Path/Query ***:\nGET /\n<Error><Code>InvalidAccessKeyId</Code></Error>\n",
    /^HTTP request failed with 403 \(Forbidden\): InvalidAccessKeyId; put a login that the storage takes/,
  ],
  // Neither of them is a matter of the login.
  ...(
    [
      "RequestTimeTooSkewed; see that the VM's clock",
      "QuotaExceeded; the storage takes no more",
    ] as const
  ).map(
    (told) =>
      [
        `P00  ERROR: [039]: HTTP request failed with 403 (Forbidden):\n<Error><Code>${told.split(";")[0]}</Code></Error>\n`,
        new RegExp(`: ${told}`),
      ] as const,
  ),
  [
    "P00  ERROR: [039]: HTTP request failed with 403 (Forbidden):\n*** Path/Query ***:\nHEAD /\n", // which has no content
    /^HTTP request failed with 403 \(Forbidden\); see that BACKUP_ACCESS_KEY/,
  ],
  [
    "P00  ERROR: [103]: unable to find a valid repository:\n       repo1: [CryptoError] unable to verify certificate presented by 'nbg1:443': [10] certificate has expired\n",
    /^unable to verify .*: \[10\] certificate has expired; the storage's owner has to renew it/,
  ],
  [
    "P00  ERROR: [103]: unable to find a valid repository:\n       repo1: [FileMissingError] unable to load info file '/a/archive.info' or '/a/archive.info.copy':\n       FileMissingError: unable to open missing file '/a/archive.info' for read\n",
    /^unable to open missing file .*; the bucket that backups.bucket names is gone, or empty/,
  ],
  ['psql:<stdin>:1: ERROR:  column "x" does not exist\n', /^column "x" does not exist$/],
  ["Fatal: unable to open config file: no answer\n", /^unable to open config file: no answer$/],
] as const;

describe("why a backup has failed", () => {
  let vm: MadeUpVm;
  beforeEach(() => {
    vm = new MadeUpVm();
    const libraries = ["lib/environment", "release/database", "backups/backups"];
    vm.program("tell", libraries, 'why "$STATE/said"');
  });
  afterEach(() => vm.remove());

  for (const [said, told] of cases)
    it(`is told in a line: ${said.split("\n").at(-2)?.trim().slice(0, 60)}`, async () => {
      vm.write("said", said);
      const { code, output } = await vm.run("tell");
      expect(output).to.match(told);
      expect([code, output.split("\n").length]).to.deep.equal([0, 1]);
    });

  it("is told in the same words where it is asked what the storage holds", () => {
    const message =
      "[ProtocolError] HTTP request failed with 404 (Not Found):\n<Code>NoSuchBucket</Code>";
    const status = { code: 99, message: "other" };
    const repo = [{ status: { code: 99, message } }];
    const answer = JSON.stringify([{ name: "prod", status, repo, db: [], backup: [] }]);
    expect(() => readBackupList(answer)).to.throw(/: NoSuchBucket; the bucket that .* is gone/);
  });
});
