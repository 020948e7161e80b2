import { describe, expect, it } from '@jest/globals';
import { DashboardClaimsError, dashboardUserOf } from './dashboard-user.js';

const EXP = 1_900_000_000;

describe('the user and workspace of a dashboard JWT', () => {
  it.each([
    [{ sub: 'usr_1' }, 'usr_1', 'user:usr_1'],
    [{ sub: 'usr_1', org_id: 'acme' }, 'usr_1', 'org:acme'],
    [{ sub: 'usr_1', org_id: 'usr_1' }, 'usr_1', 'org:usr_1'],
    [{ sub: 'org:acme' }, 'org:acme', 'user:org:acme'],
    [{ sub: '名前 😀' }, '名前 😀', 'user:名前 😀'],
    [{ sub: 'x'.repeat(255), org_id: 'y'.repeat(255) }, 'x'.repeat(255), `org:${'y'.repeat(255)}`],
  ])('%j', (claims, userId, workspaceId) => {
    expect(dashboardUserOf({ ...claims, exp: EXP }, 'org_id')).toEqual({
      kind: 'dashboard',
      userId,
      workspaceId,
      expiresAt: new Date(EXP * 1000),
    });
  });

  it('reads the workspace from the claim that is configured', () => {
    const claims = { sub: 'usr_1', org_id: 'acme', 'https://example.com/team': 'blue', exp: EXP };
    expect(dashboardUserOf(claims, 'https://example.com/team').workspaceId).toBe('org:blue');
  });

  const unusable = [
    undefined,
    null,
    '',
    7,
    true,
    [],
    ['usr_1'],
    {},
    'x'.repeat(256),
    'a\0b',
    'a\nb',
    'a\x7Fb',
    '\uD800',
  ];

  it.each(unusable.map((sub) => [sub]))('sub %j is refused', (sub) => {
    expect(() => dashboardUserOf({ sub, exp: EXP }, 'org_id')).toThrow(DashboardClaimsError);
  });

  it.each(unusable.filter((claim) => claim !== undefined).map((claim) => [claim]))(
    'workspace %j is refused: it must not become the personal one',
    (claim) => {
      expect(() => dashboardUserOf({ sub: 'usr_1', org_id: claim, exp: EXP }, 'org_id')).toThrow(
        DashboardClaimsError,
      );
    },
  );

  it.each([[undefined], [null], ['1900000000'], [Number.POSITIVE_INFINITY], [8.64e12 + 1], [Number.NaN]])(
    'RFC 7519 §4.1.4: exp %p is refused',
    (exp) => {
      expect(() => dashboardUserOf({ sub: 'usr_1', exp }, 'org_id')).toThrow(DashboardClaimsError);
    },
  );

  it.each([[null], ['text'], [7], [undefined], [[]]])(
    'RFC 7519 §7.2: the payload %j is refused',
    (claims) => {
      expect(() => dashboardUserOf(claims, 'org_id')).toThrow(DashboardClaimsError);
    },
  );
});
