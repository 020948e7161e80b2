import { DEMO_SERVICE, NOTES_SERVICE } from '../demo-service.mjs';

/**
 * @param {string} url where the demo is served
 * @param sandbox the running sandbox
 * @param {string} logFile where the server writes
 * @returns {string} what there is to try
 */
export function tour(url, sandbox, logFile) {
  const second = sandbox.world.apps.filter(({ provider }) => provider === 'x')[1];
  return `
  Swingdoor is ready. Everything below works offline, in this one terminal.

    Dashboard   ${url}/dashboard/        sign in with any e-mail address
    API         ${url}/docs
    Sandbox     ${sandbox.origin}/control
    Postman     import both files of docs/postman/ and run them from top to bottom

  Out: connect a social account
    1. Open ${url}/dashboard/accounts and sign in.
    2. Connect X, say. The sandbox asks as X would; approve.
    3. You are back, connected. Facebook asks which Page; pick one.
    4. Bring your own app: on "OAuth apps", add one for X with these credentials of the sandbox:
         ${second?.clientId}
         ${second?.clientSecret}

  In: let an app in
    5. In another terminal: SWINGDOOR_URL=${url} node examples/cli/cli.mjs login
       Your browser asks for your consent; then try "whoami" and "accounts".
    6. Disconnect it under "Connected apps": the next "whoami" is refused.
${services(url)}
  The server writes to ${logFile}
  Ctrl-C stops everything.
`;
}

/** Who has set RESOURCE_SERVERS knows their own services. */
function services(url) {
  if (process.env.RESOURCE_SERVERS) return '';
  const { id, secret } = DEMO_SERVICE;
  return `
  Your services: each has an id and a secret
    7. The "whoami" of step 5 named a workspace. What is connected there, and the token of an account, by its id:
         curl -u ${id}:${secret} '${url}/v1/accounts?workspace_id=WORKSPACE'
         curl -u ${id}:${secret} -X POST ${url}/v1/accounts/ID/token
    8. SWINGDOOR_URL=${url} node examples/service/service.mjs
       guards ${NOTES_SERVICE.resource}/notes with tokens that apps ask for with that resource.
`;
}
