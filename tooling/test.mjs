// `npm test`: sets up, then every check there is. All stages run, whatever failed before them, but tests need a build.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runInForeground, runQuietly } from './run.mjs';
import { setup } from './setup.mjs';
import { installSystemPackages } from './system-packages.mjs';
import { node24, root, toolEnvironment } from './workspace.mjs';

const report = join(root, 'node_modules/.cache/vitest-report.json');

await setup({ build: false });
await installSystemPackages();

/** @type {string[]} */
const failed = [];
await stage('format', ['prettier', '--check', '.']);
await stage('lint', ['eslint', '.', '--max-warnings=0']);
await stage(
  'types',
  ['tsc', '-p', 'tsconfig.json'],
  ['turbo', 'run', 'typecheck', '--output-logs=errors-only'],
);
const built = await stage('build', ['turbo', 'run', 'build', '--output-logs=errors-only']);
await stage('knip', ['knip', '--no-progress']);
await stage('API documentation (typedoc)', ['typedoc', '--logLevel', 'Warn']);
if (built) {
  await stage('packages (publint, are-the-types-wrong)', ['node', 'tooling/check-packages.mjs']);
  await test();
}
process.exitCode = failed.length === 0 ? 0 : 1;

/**
 * @param {string} name
 * @param {[string, ...string[]][]} commands
 */
async function stage(name, ...commands) {
  const started = performance.now();
  for (const [command, ...args] of commands) {
    const { ok, output } = await runQuietly(command, args);
    if (ok) continue;
    process.stdout.write(`✗ ${name}\n${output}\n`);
    failed.push(name);
    return false;
  }
  process.stdout.write(`✓ ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)\n`);
  return true;
}

/** Tests last, for their summary is what one looks for; then the counts, alone on the last line. */
async function test() {
  mkdirSync(dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await runInForeground(node24, [vitest, 'run', ...reporters], { env: toolEnvironment });
  if (code !== 0) failed.push('tests');
  const counts = readCounts();
  if (process.env['CI'] === 'true' && counts.skipped > 0) {
    failed.push(`tests (${counts.skipped} skipped, and CI allows none)`);
  }
  if (failed.length > 0) process.stdout.write(`\nFailed: ${failed.join(', ')}\n`);
  process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
}

function readCounts() {
  try {
    const json = JSON.parse(readFileSync(report, 'utf8'));
    const skipped = json.numPendingTests + json.numTodoTests;
    return { passed: json.numPassedTests, failed: json.numFailedTests, skipped };
  } catch {
    // Without a report vitest did not get as far as running a test, and has said why.
    return { passed: 0, failed: 0, skipped: 0 };
  }
}
