import { amount } from "../support/sample.ts";

/** So many rounds: each is so many deploys, a rollback, a canary that is promoted and one that is withdrawn. */
export const settings = {
  rounds: amount("ONEBOX_TRAFFIC_ROUNDS", 5),
  deploys: amount("ONEBOX_TRAFFIC_DEPLOYS", 4),
};
