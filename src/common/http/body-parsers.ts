import type { FastifyInstance } from 'fastify';
import { AppError } from '../errors/app-error.js';
import { FormBody } from './form-body.js';
import { parseFormBody } from './parameters.js';
import { parseStrictJson } from './strict-json.js';

/**
 * Reads JSON and forms, both strictly; every other type is 415. An empty body counts as none.
 *
 * @param fastify the instance, without parsers of its own
 */
export function registerBodyParsers(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body: Buffer, done) => {
    try {
      done(null, body.length === 0 ? undefined : parseStrictJson(body));
    } catch (error) {
      done(error instanceof SyntaxError ? new AppError('invalid_input', error.message) : (error as Error));
    }
  });
  fastify.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'buffer' },
    (_request, body: Buffer, done) => {
      const parameters = parseFormBody(body);
      if (parameters) done(null, new FormBody(parameters));
      else done(new AppError('invalid_input', 'The form is not valid UTF-8, or holds a null character.'));
    },
  );
}
