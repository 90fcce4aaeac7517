import { goTests, room, run, testsIn } from "./support/programs.ts";
import { describeSuite, type Result } from "./support/suite.ts";

describeSuite("the Go module hcloud-go", {
  tests: testsIn(room("go"), /^func (Test\w+)\(/gm),
  run: async (env) => {
    const { output } = await run(goTests(), ["-test.v"], env);
    const results = new Map<string, Result>();
    for (const [text, name = "", verdict] of output.matchAll(
      /^=== RUN {3}(\w+)\n[\s\S]*?^--- (PASS|FAIL): .*$/gm,
    )) {
      results.set(name, { passed: verdict === "PASS", text });
    }
    return { results, output };
  },
});
