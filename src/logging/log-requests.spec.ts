import { expect, it } from '@jest/globals';
import { fastify, type FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';
import { logOptions } from './log-options.js';
import { logRequests } from './log-requests.js';

it('a request is logged in full, without the credential in its path and without its query', async () => {
  const lines: string[] = [];
  const write = (text: string) => void lines.push(text);
  const loggerInstance: FastifyBaseLogger = pino(logOptions('info'), { write });
  const app = fastify({ loggerInstance, disableRequestLogging: true, genReqId: () => 'the-id' });
  logRequests(app);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  await fetch(`${url}/v1/sd_at_${'a'.repeat(43)}?code=secret`);
  await app.close();
  const { level, reqId, req, status, ms, msg } = JSON.parse(
    lines.find((line) => line.includes('answered'))!,
  ) as Record<string, unknown>;
  expect({ level, reqId, req, status, msg }).toEqual({
    level: 30,
    reqId: 'the-id',
    req: { method: 'GET', path: '/v1/sd_at_[redacted]', from: '127.0.0.1' },
    status: 404,
    msg: 'answered',
  });
  expect(ms).toEqual(expect.any(Number));
});
