import { tmpdir } from "node:os";

/**
 * Arguments for what a test makes in Docker: the place that the test has for its files, by which scripts/test.sh finds
 * and removes what a test that was interrupted could not.
 */
export const label = (): string[] => ["--label", `onebox.test=${tmpdir()}`];
