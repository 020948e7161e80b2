import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type AccessRule,
  anyone,
  bearer,
  dashboard,
  resourceServer,
} from '../common/access/access.decorator.js';
import { AppError } from '../common/errors/app-error.js';
import { challengeFor, resourceMetadataUrl } from './challenge.js';

const ORIGIN = 'https://api.example.com';
/** A scheme and parameters with quoted values, and nothing else: RFC 6750 §3 within RFC 9110 §11.6.1. */
const CHALLENGE = /^(Bearer|Basic)( [a-zA-Z_]+="[\x20\x21\x23-\x5B\x5D-\x7E]*"(,(?= )|$))*$/;
const WELL_KNOWN = `${ORIGIN}/.well-known/oauth-protected-resource`;

describe('RFC 9728 §3.1: where the metadata of a resource is', () => {
  it.each([
    ['/', ''],
    ['/?a=b', ''],
    ['/v1/accounts', '/v1/accounts'],
    ['/v1/accounts/?a=/b#c', '/v1/accounts/'],
    ['/a#b?c', '/a'],
    ['http://evil.example/v1/accounts?a', '/v1/accounts'],
    ['HTTP://evil.example', ''],
    ['/\xE9"\\', '/%E9%22%5C'],
    ['/%22', '/%22'],
    ['*', '*'],
  ])('%s is at %s', (target, path) => {
    expect(resourceMetadataUrl(ORIGIN, target)).toBe(WELL_KNOWN + path);
  });
});

describe('RFC 6750 §3 / row 51: a challenge holds %x20-21 / %x23-5B / %x5D-7E within its quotes', () => {
  const rules = fc.uniqueArray(
    fc.constantFrom<AccessRule>(anyone(), dashboard(), bearer(), bearer('apps:write'), resourceServer()),
    { minLength: 1 },
  );
  const code = fc.constantFrom('unauthorized', 'invalid_token', 'insufficient_scope', 'invalid_request');
  const presented = fc.constantFrom(
    undefined,
    'none',
    'bearer',
    'dashboard',
    'resource-server',
    'unsupported',
  );
  const text = fc.string({ unit: 'binary' });

  it('whatever the path and the message are', () => {
    fc.assert(
      fc.property(rules, code, presented, text, text, (route, error, kind, path, message) => {
        const url = resourceMetadataUrl(ORIGIN, `/${path}`);
        const challenge = challengeFor(route, new AppError(error, message), kind, url);
        expect(challenge).toMatch(CHALLENGE);
      }),
      { numRuns: 500 },
    );
  });
});
