import { describe, expect, it } from '@jest/globals';
import { at, listAt, parseReply, scopesAt, secondsAt, textAt } from './reply-json.js';

describe('parseReply', () => {
  it.each([
    ['{"user_id":27841405793187219}', { user_id: '27841405793187219' }],
    [
      '[9007199254740991,9007199254740992,-9007199254740993]',
      [9007199254740991, '9007199254740992', '-9007199254740993'],
    ],
    [
      '{"a":1.2345678901234567890,"b":1e21,"c":-0,"d":true}',
      { a: 1.2345678901234567, b: 1e21, c: -0, d: true },
    ],
    [
      '{"text":"id 27841405793187219, \\"27841405793187219\\" \\\\"}',
      { text: 'id 27841405793187219, "27841405793187219" \\' },
    ],
    ['{"27841405793187219":27841405793187219}', { '27841405793187219': '27841405793187219' }],
    ['"27841405793187219"', '27841405793187219'],
  ])('%s', (body, value) => expect(parseReply(body)).toEqual(value));

  it.each(['', '<html>', '{"a":', '{"a":1}}', 'NaN'])('%s is no JSON', (body) => {
    expect(parseReply(body)).toBeUndefined();
  });

  it('a long text without an end is given up quickly', () => {
    expect(parseReply('"' + '\\"'.repeat(100_000))).toBeUndefined();
  });
});

describe('reading', () => {
  const json = parseReply(
    '{"data":[{"id":7,"name":"","n":null}],"ttl":"60","scope":"a, b,c d","list":["a",1,"b"],"__proto__":{"x":1}}',
  );

  it('paths go through objects and arrays, never through prototypes', () => {
    expect(at(json, 'data.0.id')).toBe(7);
    for (const path of [
      'data.1.id',
      'data.length.x',
      'constructor',
      'data.0.n.x',
      'toString',
      'data.0.id.x',
    ]) {
      expect(at(json, path)).toBeUndefined();
    }
  });

  it('ids are text, empty text is none', () => {
    expect([
      textAt(json, 'data.0.id'),
      textAt(json, 'data.0.name'),
      textAt(json, 'data'),
      textAt(json, undefined),
    ]).toEqual(['7', undefined, undefined, undefined]);
  });

  it('what PostgreSQL refuses is taken out', () => {
    const names = parseReply('{"a":"A\\u0000da","b":"\\u0000","c":"x\\ud800","scope":"a\\u0000 b"}');
    expect(['a', 'b', 'c'].map((name) => textAt(names, name))).toEqual(['Ada', undefined, 'x\ufffd']);
    expect(scopesAt(names, 'scope')).toEqual(['a', 'b']);
  });

  it('seconds come as numbers or text', () => {
    const lifetimes = parseReply('{"a":"60","b":60.9,"c":-1,"d":"soon","e":0,"f":1e30}');
    expect(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => secondsAt(lifetimes, name))).toEqual([
      60,
      60,
      ...Array(5).fill(undefined),
    ]);
  });

  it('scopes come with commas, spaces or as an array', () => {
    expect(scopesAt(json, 'scope')).toEqual(['a', 'b', 'c', 'd']);
    expect(scopesAt(json, 'list')).toEqual(['a', 'b']);
    expect(scopesAt(json, 'nothing')).toBeUndefined();
    expect(listAt(json, 'ttl')).toEqual([]);
  });
});
