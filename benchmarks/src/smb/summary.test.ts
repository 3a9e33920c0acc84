import { expect, it } from 'vitest';
import { OURS, RCLONE, SMBCLIENT } from './contenders.js';
import { readSmbOptions, SMB_HELP } from './options.js';
import { figuresOf, MEMORY, NEW_BYTES, verdictsOf, type Sample, type Samples } from './summary.js';
import type { Mode, TaskName } from './tasks.js';

const took = (...seconds: number[]): Sample[] =>
  seconds.map((one) => ({ seconds: one, peakBytes: one * 1e6, failure: null, wire: null }));

const samplesOf = (task: TaskName, mode: Mode, by: Readonly<Record<string, Sample[]>>): Samples =>
  Object.entries(by).map(([contender, samples]) => ({ task, mode, contender, samples }));

it('holds the best of ours against the best of smbclient in the same mode', () => {
  const figures = figuresOf([
    ...samplesOf('put 256 MiB', 'signed', { [OURS]: took(1.2, 3, 2), [SMBCLIENT]: took(1, 2, 4) }),
    ...samplesOf('put 256 MiB', 'encrypted', { [OURS]: took(1.2), [SMBCLIENT]: took(1) }),
    ...samplesOf('get 256 MiB', 'signed', { [OURS]: took(1), [SMBCLIENT]: took(2) }),
  ]);
  expect(figures[0]).toMatchObject({ best: 1.2, median: 2, seconds: [1.2, 3, 2], peakBytes: 3e6 });
  expect(verdictsOf(figures)).toEqual([
    { task: 'put 256 MiB', mode: 'signed', of: SMBCLIENT, best: 1.2, median: 1, target: 1.2, met: true },
    {
      task: 'put 256 MiB',
      mode: 'encrypted',
      of: SMBCLIENT,
      best: 1.2,
      median: 1.2,
      target: 1.1,
      met: false,
    },
    { task: 'get 256 MiB', mode: 'signed', of: SMBCLIENT, best: 0.5, median: 0.5, target: 1.2, met: true },
  ]);
});

it('has no verdict on what failed once, and says why', () => {
  const failed = took(1, 1).map((one, index) => (index === 1 ? { ...one, failure: 'other bytes' } : one));
  const figures = figuresOf(samplesOf('first copy', 'signed', { [OURS]: failed, [RCLONE]: took(9) }));
  expect(figures[0]?.failure).toBe('other bytes');
  expect(verdictsOf(figures)).toEqual([]);
});

it('holds a first copy against two others, and its memory against a limit', () => {
  const by = { [OURS]: took(200, 201), [RCLONE]: took(1000), [SMBCLIENT]: took(199) };
  const verdicts = verdictsOf(figuresOf(samplesOf('first copy', 'encrypted', by)));
  expect(verdicts.map(({ of, best, met }) => [of, best, met])).toEqual([
    [RCLONE, 0.2, true],
    [SMBCLIENT, 200 / 199, false],
    [MEMORY, 201e6 / 200e6, false],
  ]);
});

it('takes the round in which most was sent for what was new', () => {
  const wires = [
    { up: 150, down: 9, fresh: 100 },
    { up: 220, down: 5, fresh: 100 },
  ];
  const samples = wires.map((wire) => ({ seconds: 1, peakBytes: null, failure: null, wire }));
  const figures = figuresOf(samplesOf('50 grown', 'signed', { [OURS]: samples, [RCLONE]: samples }));
  expect(figures[0]?.wire).toEqual(wires[1]);
  expect(verdictsOf(figures)).toEqual([
    { task: '50 grown', mode: 'signed', of: NEW_BYTES, best: 2.2, median: 2.2, target: 2, met: false },
  ]);
});

it('reads its arguments, and says what is wrong with them', () => {
  expect(readSmbOptions(['--mib', '3', '--only', 'put'])).toMatchObject({ bytes: 3 << 20, only: 'put' });
  expect(readSmbOptions([])).toMatchObject({ folder: '/dev/shm', rounds: 3, profiles: null });
  expect(readSmbOptions(['--help'])).toBe(SMB_HELP);
  expect(readSmbOptions(['--files', '7'])).toContain('whole numbers');
  expect(readSmbOptions(['--fast'])).toContain('--fast');
});
