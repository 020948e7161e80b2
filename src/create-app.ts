import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { AppModule } from './app.module.js';
import { sendError } from './common/errors/error.filter.js';
import { normalizeError } from './common/errors/normalize-error.js';
import { parseQuery } from './common/http/query-parameters.js';
import { Config } from './config/config.js';
import { configureApp } from './configure-app.js';
import { openLog } from './logging/open-log.js';
import { PinoLogger } from './logging/pino-logger.service.js';
import { startTracing } from './tracing/start-tracing.js';

/** The largest body that is read, in bytes. Nothing that is sent here comes near it. */
const BODY_LIMIT = 64 * 1024;

/**
 * Builds the server, ready to listen.
 *
 * @param config the configuration
 */
export async function createApp(config: Config): Promise<NestFastifyApplication> {
  const logger = openLog(config.logLevel);
  const adapter = new FastifyAdapter({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    trustProxy: config.trustProxy,
    bodyLimit: BODY_LIMIT,
    requestTimeout: 30_000,
    // Whoever still comes while the server closes is answered too.
    return503OnClosing: false,
    clientErrorHandler: refuseMalformedHttp,
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      sendError(normalizeError(error), request, reply),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 512, querystringParser: parseQuery },
  });
  // Before the database is opened, whose statements are traced as well.
  const tracing = await startTracing(config.tracesUrl);
  tracing?.traceRequests(adapter.getInstance() as unknown as FastifyInstance);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(config), adapter, {
    bodyParser: false,
    abortOnError: false,
    logger: new PinoLogger(logger),
  });
  await configureApp(app);
  return app;
}

/** What is no HTTP, or has more header than fits, never becomes a request; it is told so in our words all the same. */
function refuseMalformedHttp(error: Error & { code?: string; rawPacket?: unknown }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  // Whoever sent HEAD takes a body for the beginning of another answer (RFC 9110 §9.3.2).
  const { rawPacket } = error;
  const isHead = Buffer.isBuffer(rawPacket) && rawPacket.subarray(0, 5).toString('latin1') === 'HEAD ';
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const status = tooLarge ? 431 : 400;
  const detail = tooLarge ? 'The address and headers are too long.' : 'This is not HTTP that can be read.';
  const title = STATUS_CODES[status]!;
  const body = JSON.stringify({ type: 'about:blank', title, status, code: 'invalid_input', detail });
  const head = [
    `HTTP/1.1 ${status} ${title}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${body.length}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${isHead ? '' : body}`);
}
