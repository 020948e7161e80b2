import { Agent, request as send } from 'node:http';

const AGENT = new Agent({ keepAlive: true, maxSockets: 64 });

let caller = 0;

/** Ends idle connections: servers do so themselves while others are measured, and one they are about to end is no use. */
export function forgetConnections() {
  AGENT.destroy();
}

/**
 * A keep-alive client for one server. Every request seems to come from an address of its own through a proxy, as the
 * requests of a server with many users do: limits by address are in place and are not what is measured.
 *
 * @param {string} base `http://127.0.0.1:port`
 */
export function httpClient(base) {
  const { hostname, port } = new URL(base);
  const request = (method, path, headers = {}, body = undefined) =>
    new Promise((resolve, reject) => {
      caller += 1;
      const from = `10.${(caller >> 16) & 255}.${(caller >> 8) & 255}.${caller & 255}`;
      const all = { ...headers, 'x-forwarded-for': from, 'x-forwarded-proto': 'https' };
      if (body !== undefined) all['content-length'] = Buffer.byteLength(body);
      const outgoing = send({ agent: AGENT, hostname, port, method, path, headers: all }, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode,
            headers: response.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        );
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  return {
    request,
    get: (path, headers) => request('GET', path, headers),
    post: (path, fields, headers = {}) =>
      request('POST', path, { 'content-type': FORM, ...headers }, new URLSearchParams(fields).toString()),
    postJson: (path, value, headers = {}) =>
      request('POST', path, { 'content-type': 'application/json', ...headers }, JSON.stringify(value)),
  };
}

const FORM = 'application/x-www-form-urlencoded';

/** @returns the answer's JSON @throws Error where the status is another */
export function expect(status, answer) {
  if (answer.status === status) return answer.text ? JSON.parse(answer.text) : undefined;
  throw new Error(`${answer.status} instead of ${status}: ${answer.text.slice(0, 300)}`);
}
