import { Button } from '../ui/button.js';
import { Link } from '../ui/router.js';
import type { Errand } from './leave-for.js';
import type { Outcome } from './outcome.js';

/**
 * Tells how a sign-in ended, with the next step beside it.
 *
 * @param props.onRetry goes to the provider once more
 */
export function OutcomeNotice({
  outcome,
  errand,
  onRetry,
  onClose,
}: {
  outcome: Outcome;
  errand?: Errand;
  onRetry: (errand: Errand) => unknown;
  onClose: () => void;
}) {
  const { tone, title, text, retry, app, missingApp } = outcome;
  return (
    <div className={`notice ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <h2>{title}</h2>
      <p>{text}</p>
      <div className="row">
        {retry && errand && (
          <Button look="small" onPress={() => onRetry(errand)}>
            {errand.accountId ? 'Reconnect' : 'Connect'} {errand.name} again
          </Button>
        )}
        {app &&
          (errand && missingApp ? (
            <Link
              className="button small"
              to={`/oauth-apps/new?provider=${encodeURIComponent(errand.provider)}`}
            >
              Add a {errand.name} app
            </Link>
          ) : (
            <Link className="button small" to="/oauth-apps">
              Go to OAuth apps
            </Link>
          ))}
        <Button look="small" onPress={onClose}>
          Close
        </Button>
      </div>
    </div>
  );
}
