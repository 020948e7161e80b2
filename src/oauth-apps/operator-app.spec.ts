import { describe, expect, it } from '@jest/globals';
import { findOperatorApp, operatorAppId } from './operator-app.js';

const x = { provider: 'x', clientId: 'id of x', clientSecret: 'secret of x' };
const acme = { provider: 'acme_social', clientId: 'id of acme', clientSecret: 'secret of acme' };
const config = { operatorOAuthApps: [x, acme] };

describe("the operator's app", () => {
  it.each([
    ['x', x],
    ['acme_social', acme],
    ['acme-social', acme],
    ['tiktok', undefined],
    ['', undefined],
  ])('of %j', (provider, app) => {
    expect(findOperatorApp(config, operatorAppId(provider))).toBe(app);
  });

  it.each(['oa_1', 'x', '', 'OPERATOR_x', ' operator_x'])('is not what %j names', (id) => {
    expect(findOperatorApp(config, id)).toBeUndefined();
  });
});
