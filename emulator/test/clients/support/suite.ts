import { startClouds } from "./clouds.ts";

/** What a client's own test runner says of one test. */
export interface Result {
  passed: boolean;
  text: string;
}

interface Suite {
  tests: string[];
  /** Runs all tests; returns the results by name, and everything that was printed. */
  run: (env: Record<string, string>) => Promise<{ results: Map<string, Result>; output: string }>;
}

/** Shows the tests of another language as tests here: one run, one line for each. */
export function describeSuite(title: string, { tests, run }: Suite): void {
  describe(title, () => {
    let results: Map<string, Result>;
    let output: string;
    before("run them", async function () {
      this.timeout(120_000);
      const clouds = await startClouds();
      try {
        ({ results, output } = await run(clouds.env));
      } finally {
        await clouds.stop();
      }
    });
    for (const name of tests) {
      it(readable(name), () => {
        const result = results.get(name);
        if (result === undefined) throw new Error(`${name} did not run\n${output}`);
        if (!result.passed) throw new Error(result.text);
      });
    }
  });
}

/** TestListsAreReadPageByPage and test_lists_are_read_page_by_page, as one would say it. */
const readable = (name: string) =>
  name
    .replace(/^test_?/i, "")
    .replaceAll("_", " ")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
