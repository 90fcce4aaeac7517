/**
 * Usage: node cli/bin/ci/preview.ts event|now
 *
 * Prints four lines about the preview of the event's pull request: up, down or nothing; its number; its commit;
 * its branch. `now` asks GitHub what the pull request is by now. With "nothing" a notice says why.
 */
import { readFileSync } from "node:fs";
import { createGitHub } from "../../ci/github.ts";
import { branchOf, chooseAtEvent, chooseNow, type Pull, type PullEvent } from "../../ci/preview.ts";
import { readRunner } from "../../ci/runner.ts";

const event = JSON.parse(readFileSync(process.env.GITHUB_EVENT_PATH ?? "", "utf8")) as PullEvent;
const { number, head } = event.pull_request;
const choice =
  process.argv[2] === "now"
    ? chooseNow(event, await createGitHub(readRunner()).get<Pull>(`pulls/${number}`))
    : chooseAtEvent(event);
if (choice.action === "nothing") console.error(`::notice::no preview: ${choice.why}`);
console.log([choice.action, number, head.sha, branchOf(event)].join("\n"));
