import { createHash } from "node:crypto";

/** SHA-256 of each secret that the repository ships, for practice: whoever has a clone knows them. */
const shipped = new Set([
  "973a8129d0380ce63a7c40d4996ef52e61a61125a6eba9f7350b9ee9acd21154", // WEBHOOK_SECRET
  "2414a43273aad594e4ed69dc44ca5b9b96bd64db19be2b374fbefae57384597d", // DEPLOY_KEY
  "690b83c8c8930b6f4ab72b4adfa350843d7f3c244afcffe8cf8fd2fb19d19245", // HOST_CA_KEY
  "6b0193ca9a3a88cc6c5489700109338e55c8b143f6a2e0aeda24df9f1010556f", // HASH_SALT
  "ba91bc44ed05652ab199b5c0fcf492c8ad4095d106f7cae2240109bd40289808", // POSTGRES_PASSWORD
  "1d54f1c7802d2749998a9a15b6612138764bfabf5a1e2c204c7f8c02e0b09253", // DATABASE_URL
  "9bb5a4b31c89a358b5f366356c805af7090d588a1063ebbb580b354fb57abc45", // POSTGRES_PASSWORD
  "2f96a202836049868347323e8eeec1b05d4eff00b74e05e062ca27e05a9e0bfa", // DATABASE_URL
]);

/** Fingerprint of the practice identity, whose private half lies in .gitsecret/practice.asc. */
export const PRACTICE_IDENTITY = "5960801A3A2CD7509AF6F83114E3797919229DC1";

/** Whether a value is one of those that the repository ships. */
export function isShipped(value: string): boolean {
  return shipped.has(createHash("sha256").update(value.trim()).digest("hex"));
}

/** What is known of a clone's secrets before they go to a real cloud. */
interface Practice {
  /** Whether .gitsecret/practice.asc is there. */
  identity: boolean;
  /** Fingerprints of those for whom git-secret encrypts. */
  recipients: string[];
  /** The secret files' variables, by the file's name. */
  files: Record<string, Record<string, string>>;
}

/** Why these secrets must not go to a real cloud: everybody knows them. None: they may. */
export function practiceProblems({ identity, recipients, files }: Practice): string[] {
  const problems: string[] = [];
  const fix = "run: scripts/init.sh you@example.com";
  if (identity) {
    problems.push(`.gitsecret/practice.asc is public, so everybody can read the secrets; ${fix}`);
  }
  if (recipients.includes(PRACTICE_IDENTITY)) {
    problems.push(
      `.gitsecret/keys: the secrets are encrypted for the practice identity, which is public; ${
        identity
          ? fix
          : "run: scripts/members.sh remove practice@onebox.invalid, then change every secret"
      }`,
    );
  }
  for (const [file, values] of Object.entries(files)) {
    for (const [key, value] of Object.entries(values)) {
      if (isShipped(value))
        problems.push(`${file}: ${key} is the value that the repository ships; make a new one`);
    }
  }
  return problems;
}
