import { createServer } from "node:http2";

createServer((_request, response) => response.end()).listen(process.env.PORT);
await new Promise(() => {}); // the app itself does not start
