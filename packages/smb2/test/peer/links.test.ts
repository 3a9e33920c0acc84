import { describe, expect, test } from 'vitest';
import { FileAttribute } from '../../src/index.js';
import { Status } from '../../src/status/status.js';
import { Command } from '../../src/wire/command.js';
import { must, mustFail } from '../helpers/must.js';
import { noStrayRejections } from '../helpers/no-stray-rejections.js';
import * as say from './responses.js';
import { meet } from './with-peer.js';

noStrayRejections();

const { folder, archive, reparsePoint } = FileAttribute;
const OPEN_REPARSE_POINT = 0x0020_0000;

/** MS-FSCC 2.1.2.1. */
const TAGS = [
  ['symlink', archive, 0xa000000c, 'link'],
  ['folder symlink', folder, 0xa000000c, 'link'],
  ['junction', folder, 0xa0000003, 'link'],
  ['wsl symlink', archive, 0xa000001d, 'link'],
  ['dfs', folder, 0x8000000a, 'link'],
  ['deduplicated', archive, 0x80000013, 'file'],
  ['compressed', archive, 0x80000017, 'file'],
  ['in the cloud', archive, 0x9000001a, 'file'],
  ['folder in the cloud', folder, 0x9000301a, 'folder'],
] as const;

describe('in a list', () => {
  test('only what stands for another name is a link', async () => {
    let given = false;
    const { share } = await meet({
      script: (request, peer) => {
        if (request.header.command !== Command.queryDirectory || given) return undefined;
        given = true;
        const entries: say.EntryAnswer[] = TAGS.map(([name, kind, reparseTag]) => {
          return { name, attributes: kind | reparsePoint, reparseTag };
        });
        // Without the attribute the field is the size of extended attributes.
        entries.push({ name: 'plain', attributes: archive, reparseTag: 0xa000000c });
        const body = say.outputBody(say.entriesOutput(entries));
        return say.response(request.header, body, { credits: peer.credits(request) });
      },
    });
    const { share: files } = await share();
    const kinds: (readonly [string, string])[] = [];
    for await (const entry of files.list('')) {
      const { name, kind } = await must(entry);
      kinds.push([name, kind]);
    }
    expect(kinds).toEqual([...TAGS.map(([name, , , kind]) => [name, kind]), ['plain', 'file']]);
  });
});

describe('on the way', () => {
  const stop = (() => {
    const names = Buffer.from('..\\elsewhere..\\elsewhere', 'utf16le');
    const data = Buffer.alloc(28 + names.length);
    data.writeUInt32LE(data.length - 4, 0);
    data.writeUInt32LE(0x4c4d5953, 4);
    data.writeUInt32LE(0xa000000c, 8);
    data.writeUInt16LE(12 + names.length, 12);
    data.writeUInt16LE(0, 16);
    data.writeUInt16LE(24, 18);
    data.writeUInt16LE(24, 20);
    data.writeUInt16LE(24, 22);
    data.writeUInt32LE(1, 24);
    names.copy(data, 28);
    const head = Buffer.alloc(8);
    head.writeUInt16LE(9, 0);
    head.writeUInt32LE(data.length, 4);
    return Buffer.concat([head, data]);
  })();
  const meetLink = () =>
    meet({
      script: (request, peer) => {
        if (request.header.command !== Command.create) return undefined;
        if ((request.message.readUInt32LE(64 + 40) & OPEN_REPARSE_POINT) !== 0) return undefined;
        const more = { status: Status.stoppedOnSymlink, credits: peer.credits(request) };
        return say.response(request.header, stop, more);
      },
    });

  test('a link is not followed, and said where it leads', async () => {
    const { share } = await meetLink();
    const { share: files } = await share();
    expect(await mustFail(files.open('link'))).toMatchObject({
      kind: 'link',
      retry: false,
      status: { name: 'STATUS_STOPPED_ON_SYMLINK' },
      hint: String.raw`it leads to "..\elsewhere"`,
    });
  });

  test('it is looked at itself', async () => {
    const { share } = await meetLink();
    const { share: files } = await share();
    expect(await must(files.stat('link'))).toMatchObject({ kind: 'link' });
  });
});
