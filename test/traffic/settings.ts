const rounds = Number(process.env.ONEBOX_TRAFFIC_ROUNDS || 5);
if (!Number.isInteger(rounds) || rounds < 1) {
  throw new Error("ONEBOX_TRAFFIC_ROUNDS must be a whole number from 1");
}

/** A round is four deploys, a rollback, a canary that is promoted and one that is withdrawn. */
export const settings = { rounds };
