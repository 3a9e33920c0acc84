import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { noBusyBox } from '@sessionkeep/testkit/exec-server';
import { nodeSha256 } from '@sessionkeep/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { agentScript, sessionCommand } from './agent-script.js';
import { parsePartSums, parseResolved, parseSums, parseTrailer, trailerMark } from './answers.js';
import { MarkSplitter } from './mark-splitter.js';
import { parseRecords } from './records.js';
import { dotted, encodeList, encodeWord, partEntry, placeWords } from './words.js';

const KEY = 'k'.repeat(32);
const NONCE = '0123456789abcdef0123456789abcdef';

/** Under `CI=true` nothing is left out: it fails there. */
const leftOut = (obstacle: string | null): boolean => obstacle !== null && process.env['CI'] !== 'true';

const SHELLS = [
  { name: 'the shell of this machine', shell: ['sh'], obstacle: null },
  { name: 'BusyBox', shell: ['busybox', 'sh'], obstacle: noBusyBox() },
] as const;

/** An answer of the agent: its payload and its status. */
interface Answer {
  readonly payload: Buffer;
  readonly status: string;
}

describe.each(SHELLS)('the agent in $name', ({ shell, obstacle }) => {
  let root = '';
  let beside = '';
  beforeEach(() => {
    const top = mkdtempSync(join(tmpdir(), 'agent-'));
    root = join(top, 'root');
    beside = join(top, 'beside');
    mkdirSync(root);
    mkdirSync(beside);
  });
  afterEach(() => {
    rmSync(join(root, '..'), { recursive: true, force: true });
  });

  /** Says all at once: `head` reads ahead in BusyBox, so at most one request may have a list, the last. */
  function ask(...requests: readonly (readonly [line: string, list?: Buffer])[]): Answer[] {
    const script = agentScript(KEY, 0);
    const [program = '', ...args] = [...shell, ...sessionCommand(NONCE, 0).slice(1, 2), script, NONCE];
    const input = Buffer.concat(
      [[`open ${encodeWord(root)}`] as const, ...requests].flatMap(([line, list]) => [
        Buffer.from(`${KEY} ${line}\n`),
        list ?? Buffer.alloc(0),
      ]),
    );
    const { stdout } = spawnSync(program, args, { input, cwd: beside });
    const answers: Answer[] = [];
    let rest: Buffer = stdout;
    for (let number = 0; rest.length > 0; number++) {
      const mark = trailerMark(NONCE);
      const at = rest.indexOf(mark);
      const end = rest.indexOf(0x0a, at + mark.length);
      if (at < 0 || end < 0) break;
      const status = parseTrailer(rest.toString('utf8', at + mark.length, end), number);
      if (status === null) throw new Error(`no trailer of ${number}`);
      answers.push({ payload: rest.subarray(0, at), status });
      rest = rest.subarray(end + 1);
    }
    return answers.slice(2);
  }

  const list = (verb: string, ...entries: readonly string[]): readonly [string, Buffer] => {
    const bytes = encodeList(entries);
    return [`${verb} ${bytes.length}`, bytes];
  };

  // What a name may hold: everything but NUL and slash.
  const name = fc
    .array(
      fc.oneof(
        fc.constantFrom(...Array.from(' \n\t\'"\\$`;&|<>()*?[]{}!#~%-='), '$(touch pwned)', '`id`', '..'),
        fc.string({ unit: 'binary', maxLength: 4 }),
      ),
      {
        minLength: 1,
        maxLength: 12,
      },
    )
    .map((parts) => parts.join('').replaceAll(/[\0/]/g, '_'))
    .filter(
      (text) =>
        text !== '' && text !== '.' && text !== '..' && text.isWellFormed() && Buffer.byteLength(text) < 250,
    );

  it.skipIf(leftOut(obstacle))(
    'takes any name for a name: lists, looks, reads, digests, moves and removes it',
    () => {
      fc.assert(
        fc.property(
          fc.uniqueArray(name, { minLength: 1, maxLength: 5 }),
          fc.uint8Array({ minLength: 1 }),
          (names, bytes) => {
            rmSync(root, { recursive: true, force: true });
            mkdirSync(join(root, 'd'), { recursive: true });
            for (const one of names) writeFileSync(join(root, 'd', one), bytes);
            const paths = names.map((one) => `d/${one}`);
            const [scanned] = ask(['scan .']);
            const found = parseRecords(scanned?.payload ?? Buffer.alloc(0));
            const seen = found?.flatMap((item) =>
              'size' in item ? [[item.name.toString(), item.size]] : [],
            );
            expect(seen?.sort()).toEqual(paths.map((path) => [dotted(path), bytes.length]).sort());
            const [first = ''] = paths;
            const [looked, why] = ask(
              [`look ${placeWords(first).join(' ')}`],
              [`why ${placeWords(first).join(' ')}`],
            );
            expect([looked?.status, why?.status]).toEqual(['ok', 'ok']);
            const [cat] = ask(list('cat', ...paths.map(dotted)));
            expect(cat?.payload.equals(Buffer.concat(names.map(() => bytes)))).toBe(true);
            const [parts] = ask(list('parts', partEntry(first, 1, bytes.length - 1)));
            expect(
              parts?.payload.equals(Buffer.concat([bytes.subarray(1), Buffer.from(`\n${NONCE}\n`)])),
            ).toBe(true);
            const [sums] = ask(list('sums', ...paths.map((path) => partEntry(path, 0, bytes.length))));
            const sha256 = nodeSha256.of(bytes);
            expect(parsePartSums(sums?.payload ?? Buffer.alloc(0), names.length)).toEqual(
              names.map(() => sha256),
            );
            const answers = ask(
              [`move ${placeWords(first).join(' ')} ${placeWords(`e/${names[0] ?? ''}`).join(' ')}`],
              ...names.slice(1).map((one) => [`remove ${placeWords(`d/${one}`).join(' ')}`] as const),
            );
            expect(answers.map(({ status }) => status)).toEqual(names.map(() => 'ok'));
            expect(readdirSync(join(root, 'd'))).toEqual([]);
            expect(readdirSync(join(root, 'e'))).toEqual([names[0]]);
            expect(readdirSync(beside)).toEqual([]);
          },
        ),
        { numRuns: 12 },
      );
    },
    120_000,
  );

  it.skipIf(leftOut(obstacle))(
    'says of links where they lead, and follows none out, for whatever is asked',
    () => {
      writeFileSync(join(beside, 'secret'), 'secret');
      writeFileSync(join(root, 'file'), 'content');
      symlinkSync(beside, join(root, 'door'));
      symlinkSync('file', join(root, 'alias'));
      symlinkSync('nothing', join(root, 'broken'));
      const [links] = ask(list('links', './alias', './broken', './door'));
      const resolved = parseResolved(links?.payload ?? Buffer.alloc(0));
      expect(resolved?.get('./alias')).toMatchObject({ size: 7, name: Buffer.from('./file') });
      expect([resolved?.get('./broken'), resolved?.get('./door')]).toEqual(['broken', 'out']);
      const statuses = ask(
        ['scan ./door'],
        ['list ./door'],
        ['look ./door secret'],
        ['new ./door new .tmp'],
        ['new ./door/deep new .tmp'],
        ['old ./door secret 0'],
        ['move ./door secret . stolen'],
        ['move . file ./door stolen'],
        ['remove ./door secret'],
        ['time ./door secret 1 0'],
        ['time . door 1 0'],
      ).map(({ status }) => status);
      expect(statuses).toEqual(Array.from({ length: 11 }, () => 'unsafe'));
      expect(readdirSync(beside)).toEqual(['secret']);
      expect(readFileSync(join(root, 'file'), 'utf8')).toBe('content');
    },
  );

  it.skipIf(leftOut(obstacle))('obeys nothing that is left of a list', () => {
    writeFileSync(join(root, 'file'), 'content');
    // A name that is a request, and a length that is too small by it.
    const answers = ask(['stat 8', encodeList(['./file', `x\nremove . file\n${KEY} `])], ['remove . file']);
    expect(answers).toHaveLength(1);
    expect(readFileSync(join(root, 'file'), 'utf8')).toBe('content');
  });

  it.skipIf(leftOut(obstacle))('takes a file under way with it when its input ends', () => {
    const [made] = ask(['new ./n file .tmp'], ['data 100', Buffer.from('half')]);
    expect(made?.status).toBe('ok');
    expect(readdirSync(join(root, 'n'))).toEqual([]);
  });

  it.skipIf(leftOut(obstacle))('gives a file its name only when its digest is that of what was sent', () => {
    const sha256 = nodeSha256.of(Buffer.from('abc'));
    const wrong = nodeSha256.of(Buffer.from('abd'));
    writeFileSync(join(root, 'file'), 'abc');
    const make = (finish: string): string[] => {
      return ask(['old . file 3'], [finish]).map(({ status }) => status);
    };
    expect(make(`finish 0 ${sha256} - -`)).toEqual(['ok', 'ok']);
    expect(make(`finish 0 ${wrong} - -`)).toEqual(['ok', 'damaged']);
    expect(make(`finish 1 ${sha256} - -`)).toEqual(['ok', 'damaged']);
    const rest = nodeSha256.of(Buffer.from('bc'));
    expect(make(`finish 1 ${rest} - -`)).toEqual(['ok', 'ok']);
  });
});

describe('MarkSplitter', () => {
  const MARK = Buffer.from('aab');

  /** What lies between the marks, found in pieces. */
  function split(pieces: readonly Uint8Array[]): { between: string[]; rest: string } {
    const splitter = new MarkSplitter();
    const between: string[] = [];
    let current = '';
    for (const piece of pieces) {
      const bytes = Buffer.from(piece);
      splitter.push(bytes);
      for (let next = splitter.next(MARK); next !== null; next = splitter.next(MARK)) {
        if ('bytes' in next) current += next.bytes.toString('latin1');
        else between.push(current);
        if ('mark' in next) current = '';
      }
      // Others come to the same place.
      bytes.fill('z');
    }
    return { between, rest: current };
  }

  it('finds every mark wherever the pieces are cut, and gives every byte once', () => {
    const piece = fc
      .array(fc.constantFrom(0x61, 0x62), { maxLength: 6 })
      .map((bytes) => Uint8Array.from(bytes));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const whole = Buffer.concat(pieces).toString('latin1').split('aab');
        const { between, rest } = split(pieces);
        expect(between).toEqual(whole.slice(0, -1));
        // At most the beginning of a mark is held back.
        const last = whole.at(-1) ?? '';
        expect(last.startsWith(rest)).toBe(true);
        expect('aab'.startsWith(last.slice(rest.length))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('tells the first of two marks first, whichever it is asked for first', () => {
    const marks = [Buffer.from('aab'), Buffer.from('ca')];
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c'), { maxLength: 40 })
      .map((letters) => letters.join(''));
    fc.assert(
      fc.property(text, fc.boolean(), (written, turned) => {
        const splitter = new MarkSplitter();
        splitter.push(Buffer.from(`${written}end`));
        let found = '';
        for (;;) {
          const next = splitter.next(...(turned ? marks.toReversed() : marks));
          if (next === null) break;
          found += 'bytes' in next ? next.bytes.toString() : `<${String(next.mark !== Number(turned))}>`;
        }
        expect(found).toBe(`${written}end`.replaceAll(/aab|ca/g, (mark) => `<${String(mark === 'ca')}>`));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('parsers', () => {
  const hostile = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc
      .array(
        fc.constantFrom(
          './a',
          '//',
          '\n',
          '81a4 ',
          '1 ',
          '2026-01-01 00:00:00.5 +0000',
          'in',
          'out',
          '0',
          'f'.repeat(64),
          '  -',
          '  ./a',
          '\0',
        ),
      )
      .map((parts) => Buffer.from(parts.join(''))),
  );

  it('answer with what is well-formed or with null, whatever they are given', () => {
    fc.assert(
      fc.property(hostile, (bytes) => {
        const answer = Buffer.from(bytes);
        for (const item of parseRecords(answer) ?? []) {
          if ('size' in item) {
            expect(Number.isSafeInteger(item.size) && item.size >= 0).toBe(true);
            expect(item.name.includes('//') || item.name.length === 0).toBe(false);
          }
        }
        for (const sha256 of parseSums(answer)?.values() ?? []) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
        for (const sha256 of parsePartSums(answer, 2) ?? [])
          if (sha256 !== null) expect(sha256).toHaveLength(64);
        for (const found of parseResolved(answer)?.values() ?? []) {
          if (typeof found !== 'string') expect(found.identity).toMatch(/^\d+:\d+$/);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('do not take half an answer for one', () => {
    const record = Buffer.from('./a\nb//81a4 12 3 4 1600000000 2020-09-13 12:26:40.5 +0000\n');
    expect(parseRecords(record)).toEqual([
      {
        name: Buffer.from('./a\nb'),
        mode: 0o100_644,
        size: 12,
        identity: '3:4',
        mtime: 1_600_000_000_500_000_000n,
      },
    ]);
    for (let end = 1; end < record.length; end++) expect(parseRecords(record.subarray(0, end))).toBeNull();
    expect(parsePartSums(Buffer.from(`0\n${'f'.repeat(64)}  -\n1\n${'e'.repeat(64)}  -\n`), 2)).toEqual([
      'f'.repeat(64),
      null,
    ]);
    expect(parsePartSums(Buffer.from(`0\n${'f'.repeat(64)}  -\n`), 2)).toBeNull();
    expect(parseTrailer('7 ok', 7)).toBe('ok');
    expect(parseTrailer('7 ok', 8)).toBeNull();
    expect(parseTrailer('7 fine', 7)).toBeNull();
  });
});
