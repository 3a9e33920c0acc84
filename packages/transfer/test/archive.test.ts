import { FaultInjector, nodeSha256, type MemoryDisk } from '@sessionkeep/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { openArchive, type OpenArchiveOptions } from '../src/archive/open-archive.js';
import { openMemory, type Memory } from '../src/memory/memory.js';
import { createMemoryDisk } from './scenario.js';

const TARGET_FILE = '.sessionkeep/target.json';

describe('openArchive', () => {
  let target: MemoryDisk;
  let memory: Memory;
  let ids: number;

  beforeEach(() => {
    target = createMemoryDisk();
    memory = openMemory(createMemoryDisk().transport(), nodeSha256);
    ids = 0;
  });

  const newId = () => `archive-${(++ids).toString()}`;
  const open = (more: Partial<OpenArchiveOptions> = {}) =>
    openArchive({ target: target.transport(), memory, create: true, newId, sha256: nodeSha256, ...more });
  const idOf = async (more: Partial<OpenArchiveOptions> = {}) =>
    (await open(more)).map(({ id }) => id)._unsafeUnwrap();
  const failureOf = async (more: Partial<OpenArchiveOptions> = {}) => (await open(more))._unsafeUnwrapErr();

  it('makes an archive where there is none, and knows it again', async () => {
    expect(await idOf()).toBe('archive-1');
    expect(JSON.parse(target.text(TARGET_FILE)!)).toEqual({ format: 1, id: 'archive-1' });
    expect(await idOf()).toBe('archive-1');
    expect(await memory.targetId('memory')).toBe('archive-1');
  });

  it('makes none for a reader or a dry run', async () => {
    expect(await idOf({ create: false })).toBeNull();
    expect(target.files().size).toBe(0);
    expect(await memory.targetId('memory')).toBeNull();
  });

  it('takes a known archive without identity for an unmounted disk, never for a fresh one', async () => {
    await idOf();
    target = createMemoryDisk();
    for (const create of [true, false])
      expect(await failureOf({ create })).toMatchObject({ kind: 'unreachable' });
    expect(target.files().size).toBe(0);
    expect(await idOf({ rebind: true })).toBe('archive-2');
    expect(await idOf()).toBe('archive-2');
  });

  it('refuses another archive than the one it wrote to, unless it is bound anew', async () => {
    await idOf();
    target.write(TARGET_FILE, '{"format":1,"id":"somebody-else"}\n');
    expect(await failureOf()).toMatchObject({ kind: 'foreign' });
    expect(await idOf({ rebind: true })).toBe('somebody-else');
    expect(await idOf()).toBe('somebody-else');
  });

  it('refuses another archive than the pinned one, also when it is bound anew', async () => {
    expect(await failureOf({ pinnedId: 'pinned-id' })).toMatchObject({ kind: 'unreachable' });
    await idOf();
    for (const rebind of [false, true])
      expect(await failureOf({ pinnedId: 'pinned-id', rebind })).toMatchObject({ kind: 'foreign' });
    expect(await idOf({ pinnedId: 'archive-1' })).toBe('archive-1');
  });

  it('lets two first runs at once have one archive', async () => {
    const [one, other] = await Promise.all([idOf(), idOf()]);
    expect(one).toBe(other);
    expect([...target.files().keys()]).toEqual([TARGET_FILE]);
  });

  it.each<[string, string, string]>([
    ['no JSON', 'nonsense', 'damaged'],
    ['no id', '{"format":1}', 'damaged'],
    ['an id that is none', '{"format":1,"id":"../../x"}', 'damaged'],
    ['far too long', 'x'.repeat(70_000), 'damaged'],
    ['a later format', '{"format":2,"id":"archive-1"}', 'unsupported'],
  ])('does not believe a target.json that is %s, and leaves it', async (_, text, kind) => {
    target.write(TARGET_FILE, text);
    expect(await failureOf({ rebind: true })).toMatchObject({ kind });
    expect(target.text(TARGET_FILE)).toBe(text);
  });

  it('is one archive however often its making is cut off', async () => {
    for (let at = 1; ; at++) {
      const disk = createMemoryDisk();
      const faults = new FaultInjector({ at, fault: { kind: 'lost-reply-stop' } });
      const first = await open({ target: faults.wrap(disk.transport()) });
      if (faults.fired === undefined) break;
      const found = disk.crash({ lose: 'unflushed' });
      const id = await idOf({ target: found.transport() });
      if (first.isOk()) expect(id).toBe(first.value.id);
      expect(JSON.parse(found.text(TARGET_FILE)!)).toMatchObject({ id });
      memory = openMemory(createMemoryDisk().transport(), nodeSha256);
    }
  });
});

describe('a memory', () => {
  it('is help and not truth: what cannot be read or written is as if it had never been', async () => {
    const disk = createMemoryDisk();
    const memory = openMemory(disk.transport(), nodeSha256);
    const place = { source: 'mac', repo: 'home' };
    await memory.rememberHead('archive-1', place, { segment: 1, size: 2, head: 'x' });
    await memory.rememberHead('archive-1', place, { segment: 1, size: 3, head: 'y' });
    expect(await memory.head('archive-1', place)).toEqual({ segment: 1, size: 3, head: 'y' });
    expect(await memory.head('archive-2', place)).toBeNull();
    expect(await memory.head('archive-1', { ...place, repo: 'work' })).toBeNull();
    const sample = { window: { from: 999_999, parts: 1_000_000 }, covered: 1_000_000 };
    await memory.rememberSample('archive-1', 'home', sample);
    expect(await memory.sample('archive-1', 'home')).toEqual(sample);
    expect(await memory.sample('archive-1', 'work')).toBeNull();
    expect(await memory.sample('archive-2', 'home')).toBeNull();
    const [file] = [...disk.files().keys()].filter((path) => path.startsWith('sample-'));
    for (const wrong of [{ from: 1_000_000 }, { parts: -1 }, { covered: 1.5 }, { from: '1' }]) {
      disk.write(file!, JSON.stringify({ from: 1, parts: 1, covered: 1, ...wrong }));
      expect(await memory.sample('archive-1', 'home')).toBeNull();
    }
    for (const path of disk.files().keys()) disk.write(path, '[]');
    expect(await memory.head('archive-1', place)).toBeNull();
    expect(await memory.sample('archive-1', 'home')).toBeNull();
    disk.readOnly = true;
    await memory.rememberTarget('nas', 'archive-1');
    expect(await memory.targetId('nas')).toBeNull();
  });
});
