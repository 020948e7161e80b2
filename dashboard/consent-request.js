import { h } from './view.js';

/**
 * What an app asks for, as the person sees it.
 *
 * @typedef {{ name: string, description: string, is_new: boolean, sensitive: boolean }} Scope
 *
 * @typedef {object} ConsentView
 * @property {{ id: string, name: string | null, verified: boolean }} client its logo is left out on purpose: a
 *   stranger chose it, and loading it would tell them who is here
 * @property {string} redirect_host `host`, `host:port`, or `scheme:` and what follows
 * @property {boolean} is_loopback
 * @property {Scope[]} scopes
 * @property {string} workspace_id
 * @property {string} resource
 * @property {string[]} [resources]
 * @property {string} expires_at
 */

/** `scheme:host` of an app's own scheme, in contrast to `host:port`. */
const OWN_SCHEME = /^[a-z][a-z0-9+.-]*:(?!\d+$)/;

/**
 * The name that an app gave itself.
 *
 * @param {ConsentView} view
 */
export function nameOf({ client }) {
  return client.name ?? 'An app without a name';
}

/**
 * Whether anybody knows this app.
 *
 * @param {ConsentView} view
 */
export function describeTrust({ client }) {
  return client.verified
    ? h('p', {}, badge('Verified', 'good'), ' This service knows the app.')
    : h('p', {}, badge('Unverified', 'warn'), ' It chose this name itself, and nobody has checked it.');
}

/**
 * Where the answer goes, with a warning where any program on the device could receive it (RFC 8252 §8.3).
 *
 * @param {ConsentView} view
 */
export function describeDestination({ redirect_host: host, is_loopback: isLoopback }) {
  const onDevice = isLoopback || OWN_SCHEME.test(host);
  return h(
    'section',
    { class: onDevice ? 'box warn' : 'box' },
    h('h2', {}, 'Your answer goes to'),
    h('p', { class: 'host' }, h('bdi', {}, host)),
    onDevice &&
      h(
        'p',
        {},
        isLoopback ? 'This is a program on this computer. ' : 'This is an app on this device. ',
        h(
          'strong',
          {},
          `Only continue if you just started this from an app on this ${isLoopback ? 'computer' : 'device'}.`,
        ),
      ),
  );
}

/**
 * What the app would act on.
 *
 * @param {ConsentView} view
 */
export function describeReach({ workspace_id: workspace, resource, resources = [resource] }) {
  const elsewhere = resources.filter((each) => new URL(each).origin !== location.origin);
  return h(
    'dl',
    {},
    h('dt', {}, 'Workspace'),
    h('dd', {}, workspace.startsWith('org:') ? h('bdi', {}, workspace.slice('org:'.length)) : 'Your own'),
    elsewhere.length > 0 && h('dt', {}, 'For use at'),
    ...elsewhere.map((each) => h('dd', {}, h('bdi', {}, each))),
  );
}

/**
 * The scopes, each with a box to untick. What is new is marked only beside what is not.
 *
 * @param {ConsentView} view
 * @returns {{ list: HTMLElement, chosen: () => string[] }} `chosen` tells the names that are ticked
 */
export function describeScopes({ scopes }) {
  const boxes = scopes.map(({ name }) => h('input', { type: 'checkbox', value: name, checked: true }));
  const marksNew = scopes.some((scope) => !scope.is_new);
  const rows = scopes.map(({ name, description, is_new: isNew, sensitive }, index) =>
    h(
      'label',
      { class: 'scope' },
      boxes[index],
      h(
        'span',
        {},
        h('span', {}, description, ' '),
        marksNew && isNew && badge('New', 'news'),
        sensitive && badge('Sensitive', 'warn'),
        h('code', {}, name),
      ),
    ),
  );
  const list = h('fieldset', {}, h('legend', {}, 'It will be able to'), ...rows);
  return { list, chosen: () => boxes.filter(({ checked }) => checked).map(({ value }) => value) };
}

/**
 * @param {string} text
 * @param {string} look
 */
function badge(text, look) {
  return h('span', { class: `badge ${look}` }, text);
}
