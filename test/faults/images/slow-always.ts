import { interceptRequests } from "./intercept.ts";

interceptRequests((_request, _response, pass) => setTimeout(pass, 10_000));
