/** One thing that a newcomer does, as CONTRIBUTING.md's table has it. */
export interface FirstStep {
  /** First column. */
  name: string;
  /** Second column, run by bash in the clone. */
  command: string;
  /** What is waited for: that the command ends, or that the app of `npm run dev` answers, or shows a text. */
  until: "end" | "answer" | { text: string };
}

/** Stands in the first command for the address that is cloned. */
export const ADDRESS = "ADDRESS";

/** A contributor's first hour. */
export const firstSteps: FirstStep[] = [
  { name: "clone", command: `git clone ${ADDRESS} onebox && cd onebox`, until: "end" },
  { name: "the app, running", command: "npm run dev", until: "answer" },
  {
    name: "a text, changed and seen",
    command: "sed -i 's/<h1>Links/<h1>My links/' server/page.ts",
    until: { text: "<h1>My links</h1>" },
  },
  { name: "the fast tests", command: "scripts/test.sh --fast", until: "end" },
  {
    name: "on a stage of your own",
    command: 'git commit -am "Name the page" && scripts/deploy.sh stage',
    until: "end",
  },
  {
    name: "another change of it",
    command:
      "sed -i 's/My links/Our links/' server/page.ts && git commit -am \"Name it again\" && scripts/deploy.sh stage",
    until: "end",
  },
  { name: "cleared away", command: "scripts/destroy.sh all --data --yes", until: "end" },
];
