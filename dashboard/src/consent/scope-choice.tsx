import type { components } from '../api/api-types.js';
import { Badge } from '../ui/badge.js';

/**
 * The scopes, each with a box to untick. What is new is marked only beside what is not.
 *
 * @param props.chosen names of those that are ticked
 * @param props.onChange gets the new set
 */
export function ScopeChoice({
  scopes,
  chosen,
  onChange,
}: {
  scopes: components['schemas']['ConsentScope'][];
  chosen: ReadonlySet<string>;
  onChange: (chosen: Set<string>) => void;
}) {
  const marksNew = scopes.some((scope) => !scope.is_new);
  function tick(name: string, on: boolean) {
    const next = new Set(chosen);
    if (on) next.add(name);
    else next.delete(name);
    onChange(next);
  }
  return (
    <fieldset>
      <legend>It will be able to</legend>
      {scopes.map(({ name, description, is_new: isNew, sensitive }) => (
        <label key={name} className="scope">
          <input
            type="checkbox"
            checked={chosen.has(name)}
            onChange={(event) => tick(name, event.target.checked)}
          />
          <span>
            <span>{description} </span>
            {marksNew && isNew && <Badge tone="news">New</Badge>}
            {sensitive && <Badge tone="warn">Sensitive</Badge>}
            <code>{name}</code>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
