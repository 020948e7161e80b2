import { useId } from 'react';
import type { components } from '../api/api-types.js';
import { Field } from '../ui/field.js';

/** Settings of an OAuth app that were made; the rest is as the provider's definition says. */
export type Options = Record<string, string | boolean>;

/** One setting, in the shape that its kind asks for. */
export function OptionField({
  option,
  value,
  problem,
  onChange,
}: {
  option: components['schemas']['ProviderOptionView'];
  /** What was chosen; undefined while the default holds. */
  value: string | boolean | undefined;
  problem?: string;
  onChange: (value: string | boolean) => void;
}) {
  const id = useId();
  if (option.kind === 'text') {
    return (
      <Field
        label={option.label}
        hint="Leave it empty unless you need it."
        problem={problem}
        autoComplete="off"
        value={String(value ?? '')}
        onChange={(event) => onChange(event.target.value)}
      />
    );
  }
  if (option.kind === 'switch') {
    return (
      <label className="tick">
        <input
          type="checkbox"
          checked={Boolean(value ?? option.default)}
          onChange={(event) => onChange(event.target.checked)}
        />
        {option.label}
      </label>
    );
  }
  return (
    <div className="field">
      <label htmlFor={id}>{option.label}</label>
      <select
        id={id}
        value={String(value ?? option.default)}
        onChange={(event) => onChange(event.target.value)}
      >
        {option.values?.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
    </div>
  );
}
