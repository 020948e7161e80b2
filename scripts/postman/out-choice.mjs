/* global pm */
import { keepAccountId, keepAuthorizeUrl, keepProviderCode, onlyToTheSandbox } from './out.mjs';

const FACEBOOK = { provider: 'facebook' };
const ACCOUNT = { id: '{{account_id}}' };

/** Facebook through the operator's own app, and a Page to choose. */
export const OUT_CHOICE = {
  name: '5 Out: a Facebook Page is chosen',
  description: "Through the operator's own OAuth app; the user has several Pages and picks one.",
  steps: [
    {
      name: 'The dashboard starts the sign-in',
      call: 'startConnection',
      path: FACEBOOK,
      status: 200,
      test: keepAuthorizeUrl,
    },
    {
      name: 'The user approves at Facebook (the sandbox)',
      url: '{{authorize_url}}&sandbox_consent=approve',
      status: 302,
      before: onlyToTheSandbox,
      test: keepProviderCode,
    },
    {
      name: 'Facebook sends the browser back',
      call: 'finishConnection',
      path: FACEBOOK,
      query: { code: '{{provider_code}}', state: '{{provider_state}}' },
      status: 302,
      test: keepAccountId,
    },
    {
      name: 'A choice is left: the dashboard shows the Pages',
      call: 'getAccount',
      path: ACCOUNT,
      status: 200,
      test() {
        const { status, choices } = pm.response.json();
        pm.expect(status).to.equal('pending_selection');
        const page = choices.find(({ selectable }) => selectable);
        pm.environment.set('page_id', page.external_id);
      },
    },
    {
      name: 'A Page that is not among them is refused',
      call: 'selectAccount',
      path: ACCOUNT,
      json: { external_id: 'somebody-elses' },
      status: 400,
    },
    {
      name: 'The user picks one',
      call: 'selectAccount',
      path: ACCOUNT,
      json: { external_id: '{{page_id}}' },
      status: 200,
      test() {
        const account = pm.response.json();
        pm.expect(account.status).to.equal('active');
        pm.expect(account.external_id).to.equal(pm.environment.get('page_id'));
        pm.environment.set('account_id', account.id);
      },
    },
    {
      name: "Your service gets the Page's token",
      call: 'getProviderToken',
      path: ACCOUNT,
      json: {},
      status: 200,
      test() {
        pm.expect(pm.response.json().external_id).to.equal(pm.environment.get('page_id'));
      },
    },
    { name: 'The user disconnects the Page', call: 'disconnectAccount', path: ACCOUNT, status: 204 },
    {
      name: 'There is nothing left to disconnect',
      call: 'disconnectAccount',
      path: ACCOUNT,
      status: 404,
    },
    {
      name: 'A sign-in that came back elsewhere: no such one here',
      call: 'completeConnection',
      json: { completion: 'sd_co_unknown' },
      status: 404,
    },
    {
      name: 'The audit log has who did all this',
      call: 'listAuditEvents',
      query: { workspace_id: '{{workspace_id}}', limit: '100' },
      status: 200,
      test() {
        const events = pm.response.json().data.map(({ event }) => event);
        pm.expect(events).to.include.members(['consent.approved', 'account.connected']);
      },
    },
  ],
};
