import { Component, type ReactNode } from 'react';
import { Page } from './page.js';

/** What is shown after a fault of the page itself. */
export function Broken() {
  return (
    <Page narrow title="This page does not work">
      <p>Load it again. If that does not help, allow this site to store data, or try another browser.</p>
    </Page>
  );
}

/** Shows {@link Broken} in place of what cannot be drawn. */
export class FaultBoundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    return this.state.broken ? <Broken /> : this.props.children;
  }
}
