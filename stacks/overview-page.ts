/** What a preview can be (host/previews/previews.sh), and what people are told of it. */
const states: Record<string, { says: string; answers: boolean }> = {
  awake: { says: "Awake", answers: true },
  asleep: { says: "Asleep, wakes when visited", answers: true },
  coming: { says: "Being put up", answers: false },
  going: { says: "Being taken down", answers: false },
  gone: { says: "Lost with its server", answers: false },
};

/** Text within a string of JSON, and so of Traefik's file: the VM puts such parts together as they are. */
export const inJson = (html: string): string => JSON.stringify(html).slice(1, -1);

/** A text as HTML of plain ASCII in which nothing means anything to a browser, to Traefik or to the VM. */
export function asText(text: string): string {
  return text.replace(/[^A-Za-z0-9./_-]/gu, (character) => `&#${character.codePointAt(0)};`);
}

/**
 * Renders the parts of the list of previews, one a line: the page with "@list@" where the previews come, the page of
 * none, and a preview's entry in each state, with "@slug@", "@name@", "@commit@" and "@ends@" for what only the VM knows
 * (host/previews/overview).
 *
 * @param template traefik/overview.html
 * @param address a preview's, with "@slug@" in it
 * @throws Error when the template has not its parts, or would open a template action
 */
export function renderOverviewParts(template: string, address: string): string {
  const parts =
    /^(.*)<ul>\n<!-- each -->(.*)<!-- \/each -->\n<\/ul>\n<!-- none -->(.*)<!-- \/none -->\n(.*)$/s.exec(
      template,
    );
  if (parts === null) throw new Error("overview.html needs a list with each, and none");
  const [, before = "", each = "", none = "", after = ""] = parts;
  const entry = (state: string, { says, answers }: { says: string; answers: boolean }) =>
    (answers ? each.replaceAll("@url@", address) : each.replaceAll(' href="@url@"', ""))
      .replaceAll("@state@", state)
      .replaceAll("@says@", says)
      .replaceAll("@branch@", "@name@");
  const lines = {
    "page.some": `${before}<ul>@list@\n</ul>\n${after}`,
    "page.none": before + none.replace(/^\n/, "") + after,
    ...Object.fromEntries(
      Object.entries(states).map(([state, how]) => [`entry.${state}`, entry(state, how)]),
    ),
    unknown: "not known yet",
  };
  const text = Object.entries(lines)
    .map(([name, html]) => `${name} ${inJson(html)}\n`)
    .join("");
  if (text.includes("{{")) throw new Error("overview.html would open a template action");
  return text;
}
