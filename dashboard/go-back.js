import { h, show } from './view.js';

/** Addresses that would run or show what they hold. The server refuses them too (RFC 9700 §4.11). */
const REFUSED = /^(javascript|vbscript|data|blob|file|filesystem|about|view-source):$/;

/**
 * Takes the answer to the app: leaves this page, or opens a program on this device and stays.
 *
 * @param {string} address `redirect_to` of the API
 * @param {string} name of the app
 */
export function goBack(address, name) {
  const protocol = URL.canParse(address) ? new URL(address).protocol : 'about:';
  if (REFUSED.test(protocol)) {
    return show(
      'The app cannot be answered',
      h(
        'p',
        {},
        'It gave an address that is not safe to open, so nothing was sent to it. Do not trust this app.',
      ),
    );
  }
  const app = h('bdi', {}, name);
  if (/^https?:$/.test(protocol)) {
    show('Taking you back…', h('p', {}, 'Your answer is on its way to ', app, '.'));
    location.replace(address);
  } else {
    show(
      'You can close this page',
      h('p', {}, 'Your answer went to ', app, ' on this device.'),
      h('p', { class: 'soft' }, 'Did nothing open? ', h('a', { href: address }, 'Open the app'), '.'),
    );
    location.assign(address);
  }
}
