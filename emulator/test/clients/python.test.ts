import { join } from "node:path";
import { python, room, run, testsIn } from "./support/programs.ts";
import { describeSuite, type Result } from "./support/suite.ts";

const folder = room("python");

describeSuite("the Python package hcloud", {
  tests: testsIn(folder, /^ {4}def (test_\w+)\(/gm),
  run: async (env) => {
    const { output } = await run(python(), ["-B", join(folder, "run.py")], env);
    const results = new Map<string, Result>();
    for (const line of output.split("\n").filter((text) => text.startsWith("{"))) {
      const { name, passed, text } = JSON.parse(line);
      results.set(name, { passed, text });
    }
    return { results, output };
  },
});
