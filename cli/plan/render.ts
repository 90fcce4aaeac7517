import { renderTable } from "../table.ts";
import type { ResourceChange, StackPlan } from "./changes.ts";
import { type Amount, type PriceLine, total } from "./prices.ts";
import type { Risk } from "./risks.ts";

/** All that a person is told of some stacks' plans. */
export interface Report {
  plans: StackPlan[];
  risks: Risk[];
  /** undefined: the price list could not be had. */
  prices: { lines: PriceLine[]; currency: string } | undefined;
}

/** What a plan looks like: for a terminal, or as Markdown for a comment. */
export type Format = "text" | "markdown";

const signs = { create: "+", update: "~", replace: "±", destroy: "-", forget: "?" } as const;

/** Renders a report: changes, risks, prices, in this order. */
export function renderReport(report: Report, format: Format): string {
  const heading = (text: string) => (format === "markdown" ? `### ${text}` : text);
  const parts = report.plans.flatMap((plan) => stackParts(plan, heading, format));
  if (parts.length === 0) parts.push("Nothing would change.");
  if (report.risks.length > 0) {
    const mark = format === "markdown" ? "- **!**" : "  !";
    parts.push(
      heading("At risk"),
      report.risks.map((risk) => `${mark} ${risk.what}${confirmation(risk)}`).join("\n"),
    );
  } else if (report.plans.some((plan) => plan.changes.length > 0)) {
    parts.push(heading("At risk"), `${indent(format)}no data, and not the address`);
  }
  parts.push(heading("Price per month"), priceBlock(report, format));
  return `${parts.join(format === "markdown" ? "\n\n" : "\n")}\n`;
}

function confirmation({ needs }: Risk): string {
  if (needs === undefined) return "";
  return needs === "never" ? " A deploy refuses this." : ` A deploy refuses this without ${needs}.`;
}

const indent = (format: Format) => (format === "markdown" ? "" : "  ");

function stackParts(plan: StackPlan, heading: (text: string) => string, format: Format): string[] {
  const parts: string[] = [];
  if (plan.drift.length > 0) {
    parts.push(
      heading(`${plan.stack}: changed behind Terraform's back`),
      block(
        plan.drift.map((change) => lines(change, driftVerbs)),
        format,
      ),
    );
  }
  if (plan.changes.length > 0) {
    parts.push(
      heading(`${plan.stack}: ${count(plan.changes.length)}`),
      block(
        plan.changes.map((change) => lines(change, planVerbs)),
        format,
      ),
    );
  }
  return parts;
}

const count = (n: number) => (n === 1 ? "1 change" : `${n} changes`);
const planVerbs = {
  create: "is created",
  update: "is changed in place",
  replace: "is REPLACED",
  destroy: "is DESTROYED",
  forget: "is forgotten by Terraform",
};
const driftVerbs = { ...planVerbs, update: "was changed", destroy: "was deleted" };

function lines(change: ResourceChange, verbs: Record<ResourceChange["deed"], string>): string {
  // Nothing is lost with a null_resource: it stands for scripts, which run again.
  const again = change.type === "null_resource" && change.deed === "replace";
  const head = again
    ? `~ ${change.address} is run again`
    : `${signs[change.deed]} ${change.address} ${verbs[change.deed]}`;
  const details = change.attributes.map(({ path, before, after, forcesReplacement }) => {
    const why = forcesReplacement && !again ? "   (this replaces it)" : "";
    return `    ${path}: ${short(before)} → ${short(after)}${why}`;
  });
  return [head, ...details].join("\n");
}

/** A value on one line, such as a file that a trigger holds. */
function short(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}

/** A code block of Markdown, longer than any fence that a value may hold; in a terminal, indented. */
function block(texts: string[], format: Format): string {
  const text = texts.join("\n");
  if (format === "text") return text.replaceAll(/^/gm, "  ");
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

function priceBlock({ prices }: Report, format: Format): string {
  if (prices === undefined) return `${indent(format)}unknown: the API did not tell its prices`;
  const { lines: items, currency } = prices;
  const money = (amount: Amount) => `${amount.net.toFixed(2)}`;
  const rows = items.map((line) => [line.address, line.what, money(line.now), money(line.after)]);
  const [now, after] = [total(items, "now"), total(items, "after")];
  const sum = ["together", `${currency}, without VAT`, money(now), money(after)];
  const gross = ["", "with VAT", now.gross.toFixed(2), after.gross.toFixed(2)];
  const difference = after.net - now.net;
  const verdict =
    Math.abs(difference) < 0.005
      ? "The price stays as it is."
      : `${difference > 0 ? "+" : "−"}${Math.abs(difference).toFixed(2)} ${currency} per month, without VAT.`;
  const table = [["", "", "NOW", "AFTER"], ...rows, sum, gross];
  if (format === "text") {
    return `${renderTable(table).replaceAll(/^/gm, "  ")}\n  ${verdict}`;
  }
  const row = (cells: string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const [head = [], ...body] = table;
  return [row(head), "| --- | --- | ---: | ---: |", ...body.map(row), "", `**${verdict}**`].join(
    "\n",
  );
}
