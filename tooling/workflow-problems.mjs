// Asks GitHub's own parser of workflows what is wrong with one.
import { registerHooks } from 'node:module';

// The parser imports its schema as bundlers do; Node wants to be told that it is JSON.
const hooks = registerHooks({
  resolve: (specifier, context, next) =>
    specifier.endsWith('.json')
      ? { ...next(specifier, context), importAttributes: { type: 'json' } }
      : next(specifier, context),
});
const { NoOperationTraceWriter, parseWorkflow } = await import('@actions/workflow-parser');
hooks.deregister();

/**
 * By GitHub's schema, and by its parser of expressions.
 *
 * @param {string} name the file's
 * @param {string} content
 * @returns {string[]} a sentence each
 */
export function workflowProblems(name, content) {
  const { context } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  return context.errors.getErrors().map(({ message }) => message);
}
