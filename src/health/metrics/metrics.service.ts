import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Pool } from 'pg';
import { RunStatements } from '../../common/postgres/run-statements.service.js';
import type { Registry } from 'prom-client';
import { Config } from '../../config/config.js';
import { DatabaseProbe } from '../database-probe.service.js';
import { DatabaseFigures, registerDatabaseMetrics } from './database-metrics.js';
import { measureRequests } from './request-metrics.js';
import { registerTallies } from './tally-metrics.js';

/**
 * Shows figures to Prometheus, on a port of its own: what they tell of the business is nobody's who can merely reach the
 * server. Without METRICS_PORT nothing is loaded, measured or listened to.
 */
@Injectable()
export class Metrics implements OnApplicationShutdown {
  private readonly logger = new Logger('Metrics');
  private server: Server | undefined;

  constructor(
    private readonly config: Config,
    private readonly pool: Pool,
    private readonly statements: RunStatements,
    private readonly database: DatabaseProbe,
  ) {}

  /**
   * Measures every request from now on, and listens.
   *
   * @param fastify the server, before it listens
   * @throws Error EADDRINUSE and the like where it cannot listen
   */
  async start(fastify: FastifyInstance): Promise<void> {
    const { metrics } = this.config;
    if (!metrics) return;
    // Loading it takes some 80 ms of a start, which servers that nobody looks at need not pay.
    const { default: prometheus } = await import('prom-client');
    const registry = new prometheus.Registry();
    prometheus.collectDefaultMetrics({ register: registry });
    measureRequests(fastify, prometheus, registry);
    registerTallies(prometheus, registry);
    registerDatabaseMetrics(prometheus, registry, {
      pool: this.pool,
      statements: this.statements,
      figures: new DatabaseFigures(this.database),
    });
    this.server = createServer((request, response) => void this.answer(registry, request, response));
    this.server.listen(metrics.port, metrics.host);
    await once(this.server, 'listening');
    this.logger.log(`Metrics at http://${metrics.host}:${metrics.port}/metrics`);
  }

  /** Late, so that the last figures of a server that stops can be seen. */
  onApplicationShutdown(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }

  private async answer(
    registry: Registry,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    response.setHeader('Cache-Control', 'no-store').setHeader('X-Content-Type-Options', 'nosniff');
    if (request.url?.split('?', 1)[0] !== '/metrics') return void response.writeHead(404).end();
    if (request.method !== 'GET') return void response.writeHead(405, { Allow: 'GET' }).end();
    try {
      const text = await registry.metrics();
      response.writeHead(200, { 'Content-Type': registry.contentType }).end(text);
    } catch (error) {
      this.logger.error({ err: error }, 'The metrics cannot be told.');
      response.writeHead(500).end();
    }
  }
}
