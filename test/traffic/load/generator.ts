/**
 * The load, in a process of its own, so that a test's work delays no arrival. It gets its plan as a
 * message, sends at a constant rate whatever the answers do, and ends when told to, when its time is
 * over or when its parent is gone; requests under way are waited for.
 */
import { createWriteStream } from "node:fs";
import { isFresh, jobOf, type Newest, releaseOf } from "./kinds.ts";
import { clock, type Plan, type Sample } from "./plan.ts";
import { createAgent, send } from "./send.ts";

async function work(plan: Plan): Promise<void> {
  const agent = createAgent();
  const file = createWriteStream(plan.file);
  const newest: Newest = {};
  const underWay = new Set<Promise<void>>();

  const launch = async (n: number, due: number) => {
    const job = jobOf(plan.run, n, newest);
    const fresh = isFresh(n);
    const sample: Sample = { n, kind: job.kind, fresh, due, sent: clock(), done: 0, status: 0 };
    try {
      const answer = await send(plan, job, fresh ? undefined : agent);
      sample.done = clock();
      sample.status = answer.status;
      sample.release = releaseOf(job, answer);
      if (answer.status === job.expects) sample.wrong = job.check(answer);
      else sample.failure = `status ${answer.status}: ${answer.body.slice(0, 100)}`;
    } catch (error) {
      sample.done = clock();
      const { code, message } = error as NodeJS.ErrnoException;
      sample.failure = [code, message].filter(Boolean).join(" ");
    }
    file.write(`${JSON.stringify(sample)}\n`);
  };

  await new Promise<void>((resolve) => {
    const gap = 1000 / plan.rate;
    const began = clock();
    const end = began + plan.seconds * 1000;
    let stopped = false;
    const stop = () => {
      stopped = true;
    };
    process.on("message", stop); // the second message, whatever it says
    process.on("disconnect", stop);
    let n = 0;
    const arrive = () => {
      // What is due is sent, also when this process was held up: the lag is on record.
      for (let due = began + n * gap; due <= clock() && !stopped; due = began + n * gap) {
        const request = launch(n++, due);
        underWay.add(request);
        request.finally(() => underWay.delete(request));
      }
      if (stopped || clock() >= end) resolve();
      else setTimeout(arrive, Math.max(0, began + n * gap - clock()));
    };
    arrive();
  });
  await Promise.all(underWay); // bounded: each has a time-out
  agent.destroy();
  await new Promise<void>((resolve) => file.end(resolve));
  if (process.connected) process.disconnect();
}

process.once("message", (plan: Plan) => void work(plan));
