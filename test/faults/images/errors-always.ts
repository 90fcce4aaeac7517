import { interceptRequests } from "./intercept.ts";

interceptRequests((_request, response) => response.writeHead(500).end("broken"));
