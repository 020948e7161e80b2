import { type ReactNode, useEffect, useRef } from 'react';
import { useBusy } from './busy.js';

/**
 * The part of the screen that changes from page to page. When its title does, the focus moves to what is marked
 * `data-focus`, or to the heading, so that screen readers tell of the change.
 *
 * @param props.title the heading, and the title of the window
 * @param props.intro a sentence below it
 * @param props.narrow one column like a letter, in contrast to a list
 */
export function Page({
  title,
  intro,
  narrow = false,
  children,
}: {
  title: ReactNode;
  intro?: ReactNode;
  narrow?: boolean;
  children?: ReactNode;
}) {
  const busy = useBusy();
  const heading = useRef<HTMLHeadingElement>(null);
  const told = useRef('');
  useEffect(() => {
    const text = heading.current!.innerText;
    if (text === told.current) return;
    told.current = text;
    document.title = `${text} · Swingdoor`;
    const wanted = heading.current!.closest('main')!.querySelector<HTMLElement>('[data-focus]');
    (wanted ?? heading.current!).focus();
  });
  return (
    <main className={narrow ? 'card narrow' : undefined} aria-busy={busy || undefined}>
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {intro !== undefined && <p className="intro">{intro}</p>}
      {children}
    </main>
  );
}
