import { asText, inJson } from "../../stacks/overview-page.ts";

const format: Intl.DateTimeFormatOptions = {
  ...{ day: "numeric", month: "short", year: "numeric" },
  ...{ hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "UTC" },
};

/**
 * Renders what the list of previews says of one, in lines that the VM puts into its page: whose branch it is, and when
 * it ends. How long that still is would be another page each minute.
 *
 * @param expires seconds since 1970
 */
export function renderPreviewLines(branch: string, expires: number): string {
  const moment = new Date(expires * 1000);
  // Made here: it takes 50 ms, which a deploy of stage or prod needs not.
  const day = new Intl.DateTimeFormat("en-GB", format).format(moment);
  const ends = `<time datetime="${moment.toISOString().slice(0, 16)}Z">${day} UTC</time>`;
  return `name ${inJson(asText(branch))}\nends ${inJson(ends)}\n`;
}
