import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { redactText } from '../common/errors/redact-text.js';
import { logOptions } from './log-options.js';

const TOKEN = `sd_at_${'a'.repeat(43)}`;
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl';

function logged(entry: object, message?: string): string {
  let line = '';
  pino(logOptions('info'), { write: (text: string) => (line += text) }).info(entry, message);
  return line;
}

describe('[B53] RFC 6819 §5.1.6: a log line holds no credential', () => {
  it.each([
    ['in a message', () => redactText(`refused ${TOKEN}`)],
    ['right after a letter', () => redactText(`x${TOKEN}`)],
    ['as a bearer', () => redactText('Authorization: Bearer abc.def')],
    ['a dashboard JWT', () => redactText(`token ${JWT}.`)],
    ['in a path', () => logged({ req: { method: 'GET', url: `/v1/${TOKEN}?code=x`, ip: '::1' } })],
    [
      'in a path, escaped',
      () => logged({ req: { method: 'GET', url: `/%73d%5Fat_${'a'.repeat(43)}`, ip: '::1' } }),
    ],
    ['in the text of an error', () => logged({ err: new Error(`no ${TOKEN}`) })],
    ['in the cause of an error', () => logged({ err: new Error('x', { cause: new Error(JWT) }) })],
    ['under a telling name', () => logged({ body: { client_secret: 'abc.def' } })],
    ['under a telling name at the top', () => logged({ token: 'abc.def' })],
    ['whole, where it is no text', () => logged({ parameters: ['abc.def'] })],
    ['deeper, and in a list', () => logged({ a: { b: [{ cookie: 'abc.def' }] } })],
  ])('%s', (_title, write) => {
    const line = write();
    for (const secret of ['a'.repeat(43), 'abc.def', 'c2lnbmF0dXJl', 'code=x'])
      expect(line).not.toContain(secret);
    expect(line).toMatch(/redacted|"path"/);
  });

  it('and still tells what happened', () => {
    const line = logged({ err: Object.assign(new Error('duplicate key'), { code: '23505' }) }, 'failed');
    expect(line).toContain('duplicate key');
    expect(line).toContain('23505');
  });
});
