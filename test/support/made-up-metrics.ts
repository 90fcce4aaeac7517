/** What a service answered, in numbers: how many, how many of them with errors, and how long each took (ms). */
export interface Counts {
  requests: number;
  errors: number;
  mean: number;
}

/** Traefik's metrics of stage's services, by slot, method and protocol: `{ "blue GET http": … }`. */
export function metricsOf(services: Record<string, Counts>): string {
  return Object.entries(services)
    .flatMap(([of, { requests, errors, mean }]) => {
      const [slot, method, protocol] = of.split(" ");
      const labels = (code: number) =>
        `{code="${code}",method="${method}",protocol="${protocol}",service="stage-${slot}@file"}`;
      return [
        `traefik_service_requests_total${labels(200)} ${requests - errors}`,
        `traefik_service_requests_total${labels(500)} ${errors}`,
        `traefik_service_request_duration_seconds_sum${labels(200)} ${(requests * mean) / 1000}`,
        `traefik_service_request_duration_seconds_count${labels(200)} ${requests}`,
      ];
    })
    .map((line) => `${line}\n`)
    .join("");
}
