import { describe, expect, it } from '@jest/globals';
import { KeyRing } from './key-ring.js';
import { CannotOpenError, SecretBox } from './secret-box.js';

const OLD = { kid: 'old', key: Buffer.alloc(32, 1) };
const NEW = { kid: 'new', key: Buffer.alloc(32, 2) };
const PLACE = { table: 'oauth_apps', row: 'oa_1', column: 'client_secret_sealed', workspace: 'org:acme' };
const box = new SecretBox(new KeyRing([OLD]));

describe('a sealed value', () => {
  it('opens where it was sealed, and looks different every time', () => {
    const sealed = box.seal('päss', PLACE);
    expect(box.open(sealed, PLACE)).toBe('päss');
    expect(box.seal('päss', PLACE)).not.toBe(sealed);
    expect(sealed).toMatch(/^v1\.old\./);
  });

  it.each(['table', 'row', 'column', 'workspace'] as const)('does not open under another %s', (part) => {
    const sealed = box.seal('secret', PLACE);
    expect(() => box.open(sealed, { ...PLACE, [part]: 'other' })).toThrow(CannotOpenError);
  });

  it('does not open where two parts swap a boundary', () => {
    const sealed = box.seal('secret', { ...PLACE, table: 'a|b', row: 'c' });
    expect(() => box.open(sealed, { ...PLACE, table: 'a', row: 'b|c' })).toThrow(CannotOpenError);
  });

  it('does not open after any byte changed', () => {
    const parts = box.seal('secret', PLACE).split('.');
    for (const index of [2, 3, 4]) {
      const bytes = Buffer.from(parts[index]!, 'base64url');
      bytes[0]! ^= 1;
      const changed = parts.with(index, bytes.toString('base64url')).join('.');
      expect(() => box.open(changed, PLACE)).toThrow(CannotOpenError);
    }
  });

  it.each(['', 'v1', 'v2.old.a.b.c', 'v1.old.AAAA.AAAA.AAAA', 'not sealed at all'])(
    '%j is no envelope',
    (text) => {
      expect(() => box.open(text, PLACE)).toThrow(CannotOpenError);
    },
  );

  it('opens under every key of the ring, and the first seals', () => {
    const sealed = box.seal('secret', PLACE);
    const rotated = new SecretBox(new KeyRing([NEW, OLD]));
    expect(rotated.open(sealed, PLACE)).toBe('secret');
    expect(rotated.isCurrent(sealed)).toBe(false);
    expect(rotated.isCurrent(rotated.seal('secret', PLACE))).toBe(true);
    expect(() => new SecretBox(new KeyRing([NEW])).open(sealed, PLACE)).toThrow(/not in ENCRYPTION_KEYS/);
  });

  it('does not open under a key of the same name with other bytes', () => {
    const impostor = new SecretBox(new KeyRing([{ kid: 'old', key: NEW.key }]));
    expect(() => impostor.open(box.seal('secret', PLACE), PLACE)).toThrow(CannotOpenError);
  });
});

describe('a key ring', () => {
  it('derives another key for every purpose and every master (RFC 5869 §3.2)', () => {
    const ring = new KeyRing([OLD, NEW]);
    const derived = ['old', 'new'].flatMap((kid) =>
      (['seal', 'state', 'token-derivation'] as const).map((purpose) =>
        ring.key(kid, purpose)!.toString('hex'),
      ),
    );
    expect(new Set(derived).size).toBe(6);
    expect(derived).not.toContain(OLD.key.toString('hex'));
    expect(ring.key('none', 'seal')).toBeUndefined();
    expect(ring.mac('none', 'state', 'x')).toBeUndefined();
  });
});
