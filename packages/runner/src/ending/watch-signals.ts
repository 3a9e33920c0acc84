import { EXIT } from './exit-code.js';

/**
 * The first SIGINT, SIGTERM or SIGHUP aborts the signal: what is under way is ended and recorded. A second one ends the
 * process at once.
 */
export function watchSignals(tell: (text: string) => void): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
    tell('stopping; what is done is recorded. Once more ends it at once.');
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  return controller.signal;
}
