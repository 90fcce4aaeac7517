import { z } from "zod";
import { type GitHub, GitHubError } from "./github.ts";

/** One thing that the pipeline's safety stands on. */
interface SetupFinding {
  what: string;
  /** Commands or words that mend it; undefined: it is as it should be. */
  fix: string | undefined;
}

const SECRET = "ONEBOX_GPG_KEY";
const RELEASE_KEY = "ONEBOX_RELEASE_KEY";
const SIGNING_KEY = "ONEBOX_SIGNING_KEY";
/** The app behind each job's own token: a rule that it may pass is no rule for any branch's workflow. */
const ACTIONS_APP = 15368;
/** Refs that may use an environment, as GitHub's policies name them. */
const allowed: Record<"stage" | "prod" | "preview" | "signer", string[]> = {
  preview: ["branch main"],
  signer: ["branch main"],
  stage: ["branch main"],
  prod: ["branch main", "tag v*.*.*"],
};

const environment = z.object({
  can_admins_bypass: z.boolean().optional(),
  protection_rules: z
    .array(z.object({ type: z.string(), reviewers: z.array(z.unknown()).optional() }))
    .default([]),
  deployment_branch_policy: z.object({ custom_branch_policies: z.boolean() }).nullable(),
});
const policies = z.object({
  branch_policies: z.array(z.object({ name: z.string(), type: z.string().default("branch") })),
});
const rules = z.array(z.object({ type: z.string() }));
const rulesets = z.array(
  z.object({ id: z.int(), target: z.string().optional(), enforcement: z.string() }),
);
const ruleset = z.object({
  rules,
  conditions: z
    .object({ ref_name: z.object({ include: z.array(z.string()), exclude: z.array(z.string()) }) })
    .nullish(),
  bypass_actors: z
    .array(z.object({ actor_id: z.int().nullable(), actor_type: z.string() }))
    .default([]),
});
const secrets = z.object({ secrets: z.array(z.object({ name: z.string() })) });
const workflow = z.object({ default_workflow_permissions: z.string() });

/** Looks at all that keeps whoever may push a branch from the key, by GitHub's API, and changes nothing. */
export async function checkSetup(github: GitHub): Promise<SetupFinding[]> {
  return [
    await secretOfRepository(github, SECRET),
    await secretOfRepository(github, RELEASE_KEY),
    await secretOfRepository(github, SIGNING_KEY),
    ...(await environmentOf(github, "stage")),
    ...(await environmentOf(github, "prod")),
    ...(await environmentOf(github, "preview")),
    ...(await signerOf(github)),
    await rulesOfMain(github),
    await rulesOfTags(github),
    await rightsOfJobs(github),
  ];
}

async function secretOfRepository(github: GitHub, key: string): Promise<SetupFinding> {
  const own = await ask(github, `actions/secrets/${key}`, z.object({}));
  const shared = await ask(github, "actions/organization-secrets?per_page=100", secrets);
  const isShared = shared?.secrets.some(({ name }) => name === key) ?? false;
  const fix = isShared
    ? `take ${key} from the organization's secrets, or from those that this repository sees`
    : `gh secret delete ${key}`;
  const what = `no secret ${key} that every branch's workflow could read`;
  return { what, fix: own !== undefined || isShared ? fix : undefined };
}

async function environmentOf(
  github: GitHub,
  name: "stage" | "prod" | "preview",
): Promise<SetupFinding[]> {
  const path = `environments/${name}`;
  const found = await ask(github, path, environment);
  const has = async (key: string) =>
    (await ask(github, `${path}/secrets/${key}`, z.object({}))) !== undefined;
  const key = name === "preview" ? RELEASE_KEY : SECRET;
  const good = (await has(key)) || (await has(RELEASE_KEY));
  const findings: SetupFinding[] = [
    {
      what: `${name}: its environment has the secret ${key}`,
      fix: good
        ? undefined
        : `gh secret set ${key} --env ${name} <${name === "preview" ? "key.json" : "key.asc"}`,
    },
    await refsOf(github, name, found),
  ];
  if (name === "stage") return findings;
  if (name === "preview") {
    const what = `preview: its environment has no ${SECRET}, which reaches stage, prod and the machine`;
    const fix = (await has(SECRET)) ? `gh secret delete ${SECRET} --env preview` : undefined;
    return [...findings, { what, fix }];
  }
  const reviewers = found?.protection_rules.find(({ type }) => type === "required_reviewers");
  const approved = (reviewers?.reviewers?.length ?? 0) > 0 && found?.can_admins_bypass === false;
  const fix =
    "Settings → Environments → prod: name required reviewers, and let administrators not bypass them";
  return [
    ...findings,
    { what: "prod: somebody approves each deploy", fix: approved ? undefined : fix },
  ];
}

/** Nothing, where nobody signs. */
async function signerOf(github: GitHub): Promise<SetupFinding[]> {
  const path = "environments/signer";
  const key = await ask(github, `${path}/secrets/${SIGNING_KEY}`, z.object({}));
  if (key === undefined) return [];
  return [await refsOf(github, "signer", await ask(github, path, environment))];
}

/** Whose workflows may use an environment. */
async function refsOf(
  github: GitHub,
  name: keyof typeof allowed,
  found: z.infer<typeof environment> | undefined,
): Promise<SetupFinding> {
  const path = `environments/${name}/deployment-branch-policies?per_page=100`;
  const policy = found?.deployment_branch_policy?.custom_branch_policies
    ? await ask(github, path, policies)
    : undefined;
  const refs = policy?.branch_policies.map(({ name, type }) => `${type} ${name}`) ?? [];
  const closed = refs.length > 0 && refs.every((ref) => allowed[name].includes(ref));
  return {
    what: `${name}: only ${allowed[name].join(" and ")} may use it`,
    fix: closed
      ? undefined
      : `Settings → Environments → ${name} → Deployment branches and tags: ${allowed[name].join(", ")}, nothing else`,
  };
}

async function rulesOfMain(github: GitHub): Promise<SetupFinding> {
  const found = (await ask(github, "rules/branches/main?per_page=100", rules)) ?? [];
  const missing = ["pull_request", "non_fast_forward", "deletion"].filter(
    (type) => !found.some((rule) => rule.type === type),
  );
  return {
    what: "main: changed by pull requests only, never rewritten or deleted",
    fix:
      missing.length === 0
        ? undefined
        : `Settings → Rules → Rulesets: one for main that has ${missing.join(", ")}`,
  };
}

async function rulesOfTags(github: GitHub): Promise<SetupFinding> {
  const what = "version tags: only some may create them, nobody moves or deletes one";
  const fix =
    "Settings → Rules → Rulesets: one for tags v*.*.* that has creation, update, deletion, with those who release on its bypass list, and not GitHub Actions";
  const all = (await ask(github, "rulesets?includes_parents=true&per_page=100", rulesets)) ?? [];
  for (const { id, target, enforcement } of all) {
    if (target !== "tag" || enforcement !== "active") continue;
    const one = await ask(github, `rulesets/${id}`, ruleset);
    const { include = [], exclude = [] } = one?.conditions?.ref_name ?? {};
    const covers =
      exclude.length === 0 &&
      include.some((ref) => ["~ALL", "refs/tags/v*", "refs/tags/v*.*.*"].includes(ref));
    const types = one?.rules.map(({ type }) => type) ?? [];
    const whole = ["creation", "update", "deletion"].every((type) => types.includes(type));
    const open = one?.bypass_actors.some(
      ({ actor_id, actor_type }) => actor_type === "Integration" && actor_id === ACTIONS_APP,
    );
    if (covers && whole && !open) return { what, fix: undefined };
  }
  return { what, fix };
}

async function rightsOfJobs(github: GitHub): Promise<SetupFinding> {
  const found = await ask(github, "actions/permissions/workflow", workflow);
  const fix =
    "gh api --method PUT repos/{owner}/{repo}/actions/permissions/workflow -f default_workflow_permissions=read";
  return {
    what: "a job's token may read, unless its workflow says more",
    fix: found?.default_workflow_permissions === "read" ? undefined : fix,
  };
}

/** What GitHub has there; undefined: nothing. */
async function ask<T>(github: GitHub, path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  try {
    return await github.get(path, schema);
  } catch (error) {
    if (error instanceof GitHubError && error.status === 404) return undefined;
    throw error;
  }
}
