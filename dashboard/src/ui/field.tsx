import { type ComponentProps, type ReactNode, useId } from 'react';

/**
 * A labelled input with what is to be known about it and what is wrong with it.
 *
 * @param props.hint said below it
 * @param props.problem why what it holds cannot be taken
 */
export function Field({
  label,
  hint,
  problem,
  ...input
}: ComponentProps<'input'> & { label: ReactNode; hint?: ReactNode; problem?: string }) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        {...input}
        id={id}
        aria-describedby={`${id}-problem ${id}-hint`}
        aria-invalid={problem !== undefined || undefined}
      />
      <p className="problem" id={`${id}-problem`}>
        {problem}
      </p>
      {hint !== undefined && (
        <p className="soft" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
