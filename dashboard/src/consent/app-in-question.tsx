import type { components } from '../api/api-types.js';
import { Badge } from '../ui/badge.js';

type ConsentView = components['schemas']['ConsentView'];

/** `scheme:host` of an app's own scheme, in contrast to `host:port`. */
const OWN_SCHEME = /^[a-z][a-z0-9+.-]*:(?!\d+$)/;

/** Whether anybody knows the app. Its logo is left out on purpose: a stranger chose it, and sees who loads it. */
export function Trust({ verified }: { verified: boolean }) {
  return verified ? (
    <p>
      <Badge tone="good">Verified</Badge> This service knows the app.
    </p>
  ) : (
    <p>
      <Badge tone="warn">Unverified</Badge> It chose this name itself, and nobody has checked it.
    </p>
  );
}

/** Where the answer goes, with a warning where any program on the device could receive it (RFC 8252 §8.3). */
export function Destination({ view }: { view: ConsentView }) {
  const { redirect_host: host, is_loopback: isLoopback } = view;
  const onDevice = isLoopback || OWN_SCHEME.test(host);
  const device = isLoopback ? 'computer' : 'device';
  return (
    <section className={onDevice ? 'box warn' : 'box'}>
      <h2>Your answer goes to</h2>
      <p className="host">
        <bdi>{host}</bdi>
      </p>
      {onDevice && (
        <p>
          {isLoopback ? 'This is a program on this computer. ' : 'This is an app on this device. '}
          <strong>Only continue if you just started this from an app on this {device}.</strong>
        </p>
      )}
    </section>
  );
}

/** What the app would act on. */
export function Reach({ view }: { view: ConsentView }) {
  const { workspace_id: workspace, resource, resources = [resource] } = view;
  const elsewhere = resources.filter((each) => new URL(each).origin !== location.origin);
  return (
    <dl>
      <dt>Workspace</dt>
      <dd>{workspace.startsWith('org:') ? <bdi>{workspace.slice('org:'.length)}</bdi> : 'Your own'}</dd>
      {elsewhere.length > 0 && <dt>For use at</dt>}
      {elsewhere.map((each) => (
        <dd key={each}>
          <bdi>{each}</bdi>
        </dd>
      ))}
    </dl>
  );
}
