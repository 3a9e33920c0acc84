import { keepError, type Answer } from '@sessionkeep/core';
import { err, ok } from 'neverthrow';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testContext } from '../../test/helpers/context.js';
import { temporaryFolder } from '../../test/helpers/temporary-folder.js';
import { makeArgs } from '../args/args.js';
import { askTarget, targetOffers } from './ask-target.js';
import type { Asker, Choice } from './asker.js';

const args = makeArgs('init');
const context = testContext({ home: '/home/anna', cwd: '/home/anna/work' });

test('archives that there are first, then shares, then disks, then this machine’s own', () => {
  const offers = targetOffers(
    {
      archives: [
        { path: '/Volumes/nas/kept', sources: ['desk', 'mac'], repos: 12 },
        { path: '/home/anna/claude-sessions', sources: [], repos: 0 },
      ],
      shares: [
        { path: '/Volumes/Stick', remote: false, freeBytes: null },
        { path: '/Volumes/nas', remote: true, freeBytes: 812_400_000_000 },
      ],
    },
    context,
  );
  expect(offers.map(({ path, about }) => `${path}: ${about}`)).toEqual([
    '/Volumes/nas/kept: an archive: 12 repos of desk, mac',
    '/home/anna/claude-sessions: an archive, still empty',
    '/Volumes/nas/claude-sessions: a share, 812.4 GB free',
    '/Volumes/Stick/claude-sessions: a disk',
    '/home/anna/work/claude-sessions: in this folder',
  ]);
});

/** Chooses by its label, and types these lines until one is taken. */
function scripted(label: string, lines: readonly string[] = []): Asker & { readonly told: string[] } {
  const told: string[] = [];
  const nothing = (): void => undefined;
  return {
    told,
    begin: nothing,
    say: nothing,
    end: nothing,
    width: () => 64,
    one: <T>(_: string, choices: readonly Choice<T>[]): Answer<T> => {
      told.push(
        ...choices.map((choice) => `${choice.label}${choice.problem == null ? '' : ` (${choice.problem})`}`),
      );
      const choice = choices.find((one) => one.label.startsWith(label));
      return Promise.resolve(choice === undefined ? err(keepError('aborted', 'ask', 'x')) : ok(choice.value));
    },
    some: () => Promise.resolve(err(keepError('aborted', 'ask', 'x'))),
    confirm: () => Promise.resolve(ok(true)),
    text: ({ check }) => {
      const taken = lines.find((line) => {
        const problem = check(line);
        if (problem !== null) told.push(`${line}: ${problem}`);
        return problem === null;
      });
      return Promise.resolve(ok(taken ?? ''));
    },
  };
}

test('what cannot hold an archive is shown with the reason, and what is typed is checked', async () => {
  const home = temporaryFolder();
  const here = testContext({ home, cwd: home });
  const projects = join(home, 'projects');
  const offers = [
    { path: join(projects, 'kept'), about: 'inside' },
    { path: join(home, 'claude-sessions'), about: 'fine' },
  ];
  const asker = scripted('another', ['', ' ', '~/projects/x', 'projects', ' new/deep ']);
  const chosen = await askTarget(offers, [projects], asker, args, here);
  expect(chosen._unsafeUnwrap()).toEqual({ type: 'local', path: join(home, 'new', 'deep') });
  const inside = `lies inside the source ${projects}: it would back itself up`;
  expect(asker.told).toEqual([
    `~/projects/kept    inside (${inside})`,
    '~/claude-sessions  fine',
    'another folder, or a share: smb://…',
    ': type a path',
    ' : type a path',
    `~/projects/x: ${join(projects, 'x')} ${inside}`,
    `projects: ${projects} ${inside}`,
  ]);
  expect((await askTarget(offers, [], scripted('~/claude'), args, here))._unsafeUnwrap()).toEqual({
    type: 'local',
    path: join(home, 'claude-sessions'),
  });
  expect((await askTarget(offers, [], scripted('nothing of it'), args, here))._unsafeUnwrapErr().kind).toBe(
    'aborted',
  );
});

test('a share may be typed, and what is wrong with it is told at once', async () => {
  const asker = scripted('another', ['smb://nas/secure', ' smb://anna@nas/secure/kept ']);
  const chosen = await askTarget([], [], asker, args, context);
  expect(chosen._unsafeUnwrap()).toMatchObject({ type: 'smb', address: { host: 'nas', folder: 'kept' } });
  expect(asker.told[1]).toMatch(/^smb:\/\/nas\/secure: the URL names no user; write smb:\/\/USER@/);
});
