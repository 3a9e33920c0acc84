import { ESLintUtils } from '@typescript-eslint/utils';

/**
 * Reports a statement that throws a neverthrow `Result` or `ResultAsync` away, awaited or not, `void` or not:
 * the error inside would be lost without a trace. A result is handled by `match`, returned, or assigned.
 */
export const noIgnoredResult = ESLintUtils.RuleCreator.withoutDocs({
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      ignored: 'This Result is ignored, and with it the error it may hold: match it or return it.',
    },
  },
  defaultOptions: [],
  create(context) {
    const services = ESLintUtils.getParserServices(context);
    const checker = services.program.getTypeChecker();

    return {
      ExpressionStatement(node) {
        const type = services.getTypeAtLocation(unwrap(node.expression));
        if (holdsResult(type, checker)) context.report({ node, messageId: 'ignored' });
      },
    };
  },
});

/**
 * `await x` and `void x` say nothing about x's error, so the rule looks at x.
 *
 * @param {import('@typescript-eslint/utils').TSESTree.Expression} expression
 * @returns {import('@typescript-eslint/utils').TSESTree.Expression}
 */
function unwrap(expression) {
  if (expression.type === 'AwaitExpression') return unwrap(expression.argument);
  if (expression.type === 'UnaryExpression' && expression.operator === 'void') {
    return unwrap(expression.argument);
  }
  return expression;
}

/**
 * @param {import('typescript').Type} type
 * @param {import('typescript').TypeChecker} checker
 * @returns {boolean}
 */
function holdsResult(type, checker) {
  const awaited = checker.getAwaitedType(type);
  const parts = [type, ...(awaited === undefined ? [] : [awaited])];
  return parts.flatMap((part) => (part.isUnion() ? part.types : [part])).some(isResult);
}

/** @param {import('typescript').Type} type */
function isResult(type) {
  const symbol = type.getSymbol();
  return (
    symbol !== undefined &&
    ['Ok', 'Err', 'ResultAsync'].includes(symbol.name) &&
    (symbol.declarations ?? []).some((d) => d.getSourceFile().fileName.includes('/node_modules/neverthrow/'))
  );
}
