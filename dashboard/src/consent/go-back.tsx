import { Page } from '../ui/page.js';

/** Addresses that would run or show what they hold. The server refuses them too (RFC 9700 §4.11). */
const REFUSED = /^(javascript|vbscript|data|blob|file|filesystem|about|view-source):$/;

const protocolOf = (address: string) => (URL.canParse(address) ? new URL(address).protocol : 'about:');
const isWeb = (address: string) => /^https?:$/.test(protocolOf(address));

/**
 * Takes the answer to the app: leaves this page, or opens a program on this device and stays.
 *
 * @param address `redirect_to` of the API
 */
export function leaveTo(address: string): void {
  if (REFUSED.test(protocolOf(address))) return;
  if (isWeb(address)) location.replace(address);
  else location.assign(address);
}

/**
 * What is said once the answer is on its way.
 *
 * @param props.name of the app
 */
export function Answered({ address, name }: { address: string; name: string }) {
  const app = <bdi>{name}</bdi>;
  if (REFUSED.test(protocolOf(address))) {
    return (
      <Page narrow title="The app cannot be answered">
        <p>It gave an address that is not safe to open, so nothing was sent to it. Do not trust this app.</p>
      </Page>
    );
  }
  if (isWeb(address)) {
    return (
      <Page narrow title="Taking you back…">
        <p>Your answer is on its way to {app}.</p>
        <p className="soft">
          Still here? <a href={address}>Go back to the app</a>.
        </p>
      </Page>
    );
  }
  return (
    <Page narrow title="You can close this page">
      <p>Your answer went to {app} on this device.</p>
      <p className="soft">
        Did nothing open? <a href={address}>Open the app</a>.
      </p>
    </Page>
  );
}
