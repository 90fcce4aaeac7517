/** Now, as Hetzner writes it: RFC 3339 in UTC, whole seconds. */
export const timestamp = (at = new Date()) => at.toISOString().replace(/\.\d+Z$/, "+00:00");
