import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { Broken, FaultBoundary } from './ui/broken.js';
import './styles/base.css';
import './styles/controls.css';
import './styles/layout.css';
import './styles/cards.css';
import './styles/consent.css';

// A fault must not look as if the page were still loading, and must not be swallowed either.
const root = createRoot(document.querySelector('#root')!, { onCaughtError: reportError });
addEventListener('unhandledrejection', () => root.render(<Broken />));
root.render(
  <FaultBoundary>
    <App />
  </FaultBoundary>,
);
