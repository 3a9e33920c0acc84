import { expect, test } from 'vitest';
import { privacyFinding } from './privacy-finding.js';

const mac = { platform: 'darwin', program: '/opt/homebrew/bin/node' };

test('what macOS keeps from a program, and which program is to be allowed', () => {
  const finding = privacyFinding('/Users/anna/Documents/projects', 'EPERM', mac);
  expect(finding).toMatchObject({ step: 'privacy', outcome: 'failed' });
  expect(finding?.says).toContain('/Users/anna/Documents/projects');
  expect(finding?.hint).toContain('Full Disk Access: add /opt/homebrew/bin/node');
  expect(finding?.hint).not.toContain('Removable');
  expect(privacyFinding('/Volumes/nas', 'EPERM', mac)?.hint).toContain('Removable or Network Volumes');
});

test.each([
  ['EACCES', mac],
  ['ENOENT', mac],
  ['', mac],
  ['EPERM', { ...mac, platform: 'linux' }],
])('%s is something else', (code, asking) => {
  expect(privacyFinding('/Volumes/nas', code, asking)).toBeNull();
});
