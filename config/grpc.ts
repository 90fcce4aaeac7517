/** The path of gRPC's own health service: as app.readiness, it is asked by gRPC (host/lib/ready.sh). */
export const GRPC_HEALTH = "/grpc.health.v1.Health/Check";
