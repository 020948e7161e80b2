import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { routedPath } from '../http/request-path.js';
import { setSecurityHeaders } from '../http/security-headers.js';
import type { AppError } from './app-error.js';
import { dialectOf } from './dialect.js';
import { logFailure } from './log-failure.js';
import { normalizeError } from './normalize-error.js';
import { renderOAuth, renderProblem } from './render-error.js';
import { ERROR_PAGE_CSP, renderErrorPage } from './render-page.js';

/** The only place where an error becomes an answer. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('Error');

  /** Answers in the dialect of the path, and logs the cause of 5xx, which the answer never tells. */
  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const error = normalizeError(thrown);
    logFailure(this.logger, error, { reqId: request.id });
    if (reply.sent) return;
    sendError(error, request, reply);
  }
}

/** Writes an error in the dialect of the path, also for what fails before a route is found. */
export function sendError(error: AppError, request: FastifyRequest, reply: FastifyReply): void {
  const dialect = dialectOf(routedPath(request.url));
  setSecurityHeaders(reply);
  // RFC 6749 §5.2 knows no 415: a body that cannot be read is an invalid_request there.
  void reply
    .status(dialect === 'oauth' && error.status === 415 ? 400 : error.status)
    .headers(error.headers)
    .header('Cache-Control', 'no-store');
  if ((dialect === 'page' || dialect === 'dashboard') && wantsHtml(request)) {
    void reply
      .header('Content-Security-Policy', ERROR_PAGE_CSP)
      .type('text/html; charset=utf-8')
      .send(renderErrorPage(error, request.id, dialect));
  } else if (dialect === 'problem' || dialect === 'dashboard') {
    void reply
      .type('application/problem+json; charset=utf-8')
      .send(JSON.stringify(renderProblem(error, request.id)));
  } else {
    void reply
      .type('application/json; charset=utf-8')
      .send(JSON.stringify(renderOAuth(error, request.id, dialect)));
  }
}

/** A browser names text/html; whoever asks for JSON, or for anything, is a program. */
function wantsHtml(request: FastifyRequest): boolean {
  return /text\/html/i.test(request.headers.accept ?? '');
}
