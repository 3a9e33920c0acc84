import { describe, expect, test } from 'vitest';
import { EVERYTHING, facts, repoFacts } from '../../test/helpers/facts.js';
import { terminationMessage } from './termination-message.js';

test('first the exit code and a sentence, then what is wrong', () => {
  expect(terminationMessage(EVERYTHING)).toBe(
    [
      'exit 3: some files failed or were refused; 3 new, 1 grown, 2 failed, 45.2 MB moved in 12 s',
      'error: smb://nas.local/secure: nothing answers',
      'alarm: blue/shop: a line of the ledger is broken',
      '',
    ].join('\n'),
  );
});

describe('the sentence', () => {
  test.each([
    [facts(), 'exit 0: done; 0 B moved in 12 s'],
    [
      facts({ repos: [repoFacts({ counts: { files: 7, unchanged: 7 } })] }),
      'exit 0: done; nothing new in 7 files, 0 B moved in 12 s',
    ],
    [facts({ shard: { index: 1, of: 4 } }), 'exit 0: done (shard 1 of 4); 0 B moved in 12 s'],
    [
      facts({
        dryRun: true,
        shard: { index: 1, of: 4 },
        repos: [repoFacts({ counts: { copied: 2 }, bytesMoved: 1500 })],
      }),
      'exit 0: done (shard 1 of 4, dry run); 2 new, 1.5 KB to move, in 12 s',
    ],
    [
      facts({
        repos: ['a', 'b'].map((repo) =>
          repoFacts({
            repo,
            bytesMoved: 400,
            counts: { superseded: 1, adopted: 2, mended: 3, refused: 4, damaged: 5, retained: 9 },
          }),
        ),
      }),
      'exit 0: done; 2 rewritten, 4 adopted, 6 mended, 8 refused, 10 damaged, 800 B moved in 12 s',
    ],
  ])('%#', (run, sentence) => {
    expect(terminationMessage(run)).toBe(`${sentence}\n`);
  });
});

test('a repo that failed is told of, unless an error has said why', () => {
  const repos = [repoFacts({ failure: 'nothing answers' }), repoFacts({ repo: 'home', failure: 'no room' })];
  const message = terminationMessage(facts({ repos, errors: ['nas: nothing answers; look at the network'] }));
  expect(message.split('\n').slice(1)).toEqual([
    'error: nas: nothing answers; look at the network',
    'failed: nas, blue/home: no room',
    '',
  ]);
});

describe('at most 4096 bytes', () => {
  test('as many lines as there is room for, and how many are missing', () => {
    const errors = Array.from({ length: 1000 }, (_, at) => `größer ${at}`);
    const message = terminationMessage(facts({ errors }));
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(4096);
    expect(Buffer.byteLength(message)).toBeGreaterThan(4000);
    const lines = message.trimEnd().split('\n');
    expect(lines.at(-1)).toBe(`… ${1000 - (lines.length - 2)} more`);
    expect(lines.at(-2)).toBe(`error: größer ${lines.length - 3}`);
  });

  test('what just fits is whole', () => {
    const room = 4096 - Buffer.byteLength(terminationMessage(facts())) - 'error: \n'.length;
    expect(Buffer.byteLength(terminationMessage(facts({ errors: ['x'.repeat(room)] })))).toBe(4096);
    expect(terminationMessage(facts({ errors: ['x'.repeat(room + 1)] }))).toMatch(/^exit 0: .*\n… 1 more\n$/);
  });

  test.each(['ß', '寿', '😀', '\ud800'])(
    'a first line without end is cut between two characters: %j',
    (character) => {
      for (let more = 0; more < 4; more++) {
        const meaning = 'x'.repeat(more) + character.repeat(5000);
        const message = terminationMessage(facts({ meaning, errors: ['one'] }));
        expect(Buffer.byteLength(message)).toBeLessThanOrEqual(4096);
        expect(Buffer.byteLength(message)).toBeGreaterThan(4000);
        expect(message).toMatch(/…\n… 1 more\n$/);
        expect(message.toWellFormed().replaceAll('\ufffd', '')).toBe(message.replaceAll('\ud800', ''));
      }
    },
  );
});
