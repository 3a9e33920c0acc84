/**
 * What a program around a run needs before it has one: exit codes, signals, where configurations lie, words and numbers for people. It
 * loads nothing of the engine.
 *
 * @module
 */
export { findConfig, usualConfigs, type FoundConfig } from './config/find-config.js';
export { resolvePath } from './config/resolve-path.js';
export {
  EXIT,
  EXIT_MEANINGS,
  exitCode,
  failedEnding,
  WRITE_OUTPUT,
  type Ending,
  type ExitCode,
} from './ending/exit-code.js';
export { watchSignals } from './ending/watch-signals.js';
export { isOldNode } from './is-old-node.js';
export { PASSWORD_VARIABLE } from './password/password-wish.js';
export { unknownName } from './select/unknown-name.js';
export { formatAge, formatAgo, formatBytes, formatCount, formatDuration, plural } from './text/format.js';
export { isTrouble } from './text/is-trouble.js';
export { outcomeWord } from './text/outcome-word.js';
export { doneWords } from './text/done-words.js';
export { errorLine, plainError } from './text/plain-error.js';
export { wrap } from './text/wrap.js';
export { homeFolder, type World } from './world.js';
