import { describe, expect, it } from '@jest/globals';
import { describeRotation } from './rotate-keys.js';

describe('the end of keys:rotate', () => {
  it('names the keys that may go, and when', () => {
    expect(describeRotation([], ['k3', 'k2', 'k1'], 60)).toEqual([
      'Nothing is sealed under old keys any more; you may drop them: k2, k1.',
      'First let k3 be the first key of every server for 600 seconds: repeated refreshes (REFRESH_GRACE) and sign-ins under way need the key that they began with.',
    ]);
  });

  it('counts with a REFRESH_GRACE that is longer than a sign-in', () => {
    expect(describeRotation([], ['k2', 'k1'], 3_600)[1]).toContain('for 3600 seconds');
  });

  it('has nothing to drop where there is one key', () => {
    expect(describeRotation([], ['k1'], 60)).toEqual(['Everything is sealed under k1, the only key.']);
  });

  it('names what is left, by key, and a key that is not there', () => {
    const left = [
      { table: 'oauth_apps', kid: 'k0', values: 2 },
      { table: 'oauth_apps', kid: 'k1', values: 3 },
      { table: 'key_canaries', kid: 'k1', values: 1 },
    ];
    expect(describeRotation(left, ['k2', 'k1'], 60)).toEqual([
      'Still sealed under k0: 2 in oauth_apps. That key is not in ENCRYPTION_KEYS.',
      'Still sealed under k1: 3 in oauth_apps, 1 in key_canaries.',
      'Keep these keys. Run this again when every server has k2 first.',
    ]);
  });
});
