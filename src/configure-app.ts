import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from './common/errors/app-error.js';
import { boundShutdown } from './common/http/bounded-shutdown.js';
import { registerBodyParsers } from './common/http/body-parsers.js';
import { registerCors } from './common/http/cors.js';
import { learnMethods } from './common/http/method-not-allowed.js';
import {
  MALFORMED_QUERY,
  type ParsedQuery,
  type TAKES_MALFORMED_QUERY,
} from './common/http/query-parameters.js';
import { addSecurityHeaders } from './common/http/security-headers.js';
import { Config } from './config/config.js';
import { serveDashboard } from './dashboard.js';
import { serveDocumentation } from './documentation.js';
import { Drain } from './health/drain.service.js';
import { Metrics } from './health/metrics/metrics.service.js';
import { logRequests } from './logging/log-requests.js';

/**
 * Everything about HTTP that no module owns; the server and the tests share it.
 *
 * @param app a fresh application
 */
export async function configureApp(app: NestFastifyApplication): Promise<void> {
  const config = app.get(Config);
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const refuseWrongMethod = learnMethods(fastify);
  registerBodyParsers(fastify);
  addSecurityHeaders(fastify, config.publicUrl.startsWith('https:'));
  await registerCors(fastify, config.corsOrigins);
  logRequests(fastify);
  await app.get(Metrics).start(fastify);
  boundShutdown(fastify, app.get(Drain));
  fastify.addHook('onRequest', async (request) => {
    if (request.is404) refuseWrongMethod(request);
    refuseMalformedAddress(request);
  });
  await serveDashboard(fastify);
  serveDocumentation(app, config);
  app.enableShutdownHooks(undefined, { useProcessExit: true });
}

function refuseMalformedAddress(request: FastifyRequest): void {
  const route = request.routeOptions.config as Partial<typeof TAKES_MALFORMED_QUERY>;
  if ((request.query as ParsedQuery)[MALFORMED_QUERY] && !route.takesMalformedQuery) {
    throw new AppError('invalid_input', 'The query is not valid UTF-8, or holds a null character.');
  }
  for (const value of Object.values(request.params as Record<string, string>)) {
    if (value.includes('\0')) throw new AppError('invalid_input', 'The path holds a null character.');
  }
}
