import { createServer } from 'node:http';
import { prepareDatabase, ROUTES } from './bare.mjs';

/** The machine's own limit: node:http, one prepared statement per request, nothing else. */
await prepareDatabase();
createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = chunks.length > 0 ? Buffer.concat(chunks).toString() : undefined;
    const run = ROUTES[`${request.method} ${request.url}`];
    run(body, request.headers.authorization).then(
      (answer) => send(response, answer ? 200 : 400, answer ?? {}),
      (error) => send(response, 500, { error: error.message }),
    );
  });
}).listen(Number(process.env.PORT), '127.0.0.1');

function send(response, status, answer) {
  const text = JSON.stringify(answer);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
