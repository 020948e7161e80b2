/* global pm */

/** Is it there, what can it do, and who are you? */
export const START = {
  name: '1 Start here',
  description: 'The server tells about itself, and development sign-in plays your dashboard.',
  steps: [
    { name: 'It runs', call: 'live', status: 200 },
    { name: 'It has started', call: 'startup', status: 200 },
    { name: 'It can serve', call: 'ready', status: 200 },
    {
      name: 'It says where its endpoints are',
      call: 'authorizationServerMetadata',
      status: 200,
      test() {
        const metadata = pm.response.json();
        pm.expect(metadata.issuer).to.equal(pm.environment.get('base_url'));
        pm.expect(metadata.registration_endpoint).to.be.a('string');
        pm.expect(metadata.code_challenge_methods_supported).to.eql(['S256']);
      },
    },
    {
      name: 'Its API says who issues its tokens',
      call: 'protectedResourceMetadata',
      status: 200,
      test() {
        const { authorization_servers: servers } = pm.response.json();
        pm.expect(servers).to.eql([pm.environment.get('base_url')]);
      },
    },
    {
      name: 'Somebody new signs in to the dashboard',
      call: 'openDevelopmentSession',
      json: { email: '{{user_email}}' },
      status: 200,
      before() {
        pm.environment.set('user_email', pm.variables.replaceIn('ada.{{$guid}}@example.com'));
      },
      test() {
        const { token } = pm.response.json();
        pm.expect(token.split('.')).to.have.lengthOf(3);
        pm.environment.set('user_jwt', token);
      },
    },
    {
      name: 'The dashboard asks who that is',
      call: 'me',
      status: 200,
      test() {
        const { user_id: user, workspace_id: workspace, client_id: client } = pm.response.json();
        pm.expect(user).to.equal(`dev:${pm.environment.get('user_email')}`);
        pm.expect(client).to.equal(null);
        pm.environment.set('user_id', user);
        pm.environment.set('workspace_id', workspace);
      },
    },
  ],
};
