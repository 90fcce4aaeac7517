/** An issue of which there is one at a time, while there is a reason for it. */
export interface Issue {
  title: string;
  /** Stands above what was found. */
  opening: string;
  /** The last comment, when there is no reason any more. */
  closing: string;
}

/** By the mark with which each is found again. */
export const issues: Record<string, Issue> = {
  drift: {
    title: "The infrastructure has drifted",
    opening:
      "What runs differs from what was deployed. `scripts/drift.sh` shows it at any time; `scripts/deploy.sh stage` and `scripts/deploy.sh prod` put it right.",
    closing: "Nothing differs any more.",
  },
  nightly: {
    title: "The nightly tests fail",
    opening:
      "`scripts/test.sh --long` has failed on the default branch. With the seed below, `scripts/test.sh --long --seed SEED SUITE` repeats what a suite did.",
    closing: "All tests pass again.",
  },
};
