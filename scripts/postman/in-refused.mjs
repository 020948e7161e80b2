/* global pm */
import { CODE, keepCode, keepRequestId, keepTokens, makePkce, REQUEST } from './in.mjs';

/** The user says no; the user is removed. */
export const IN_REFUSED = {
  name: '3 In: the user says no, or leaves',
  description: 'A consent that is denied, and a user that your SaaS removes.',
  steps: [
    {
      name: 'The app asks, by form this time',
      call: 'authorizeByForm',
      form: REQUEST,
      status: 302,
      before: makePkce,
      test: keepRequestId,
    },
    {
      name: 'The user denies',
      call: 'denyConsent',
      path: { request_id: '{{request_id}}' },
      status: 200,
      test() {
        pm.expect(pm.response.json().redirect_to).to.include('error=access_denied');
      },
    },
    {
      name: 'That is final',
      call: 'approveConsent',
      path: { request_id: '{{request_id}}' },
      json: {},
      status: 409,
    },
    {
      name: 'The app asks again',
      call: 'authorize',
      query: REQUEST,
      status: 302,
      before: makePkce,
      test: keepRequestId,
    },
    {
      name: 'The user opens it',
      call: 'showConsent',
      path: { request_id: '{{request_id}}' },
      status: 200,
    },
    {
      name: 'The user approves everything',
      call: 'approveConsent',
      path: { request_id: '{{request_id}}' },
      json: {},
      status: 200,
      test: keepCode,
    },
    { name: 'The app gets tokens', call: 'token', form: CODE, status: 200, test: keepTokens },
    {
      name: 'The code comes a second time: what it gave is revoked',
      call: 'token',
      form: CODE,
      status: 400,
      test() {
        pm.expect(pm.response.json().error).to.equal('invalid_grant');
      },
    },
    { name: 'The token is refused', call: 'me', as: 'accessToken', status: 401 },
    {
      name: 'Your SaaS removes the user: every grant dies',
      call: 'revokeSubject',
      json: { user_id: '{{user_id}}' },
      status: 204,
    },
  ],
};
