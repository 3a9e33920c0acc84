import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { needSamba, noSamba, startSamba, type Samba } from '@sessionkeep/testkit/samba';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectOptions } from '../../src/index.js';
import { shareOf } from '../helpers/connect.js';
import { must } from '../helpers/must.js';

let samba: Samba;
beforeAll(async () => {
  if (noSamba() === null) samba = await startSamba();
});
afterAll(() => (noSamba() === null ? samba.stop() : undefined));

const MIB = 1 << 20;
const SIZE = 512 * MIB;
/** What is under way, and what waits for the collector, which takes its time. */
const MOST = 160 * MIB;

/** What buffers take at most beyond what they took before; asked for often. */
function meter(): () => number {
  const before = process.memoryUsage().arrayBuffers;
  let peak = 0;
  return () => (peak = Math.max(peak, process.memoryUsage().arrayBuffers - before));
}

describe.each<[string, Partial<ConnectOptions>]>([
  ['signed', {}],
  ['encrypted', { encryption: 'required' }],
])('%s', (mode, options) => {
  test('a file is written from a source without holding it', async (context) => {
    needSamba(context);
    const share = await shareOf(samba, options);
    const file = await must(share.open(`w-${mode}`, { mode: 'create', access: ['write'] }));
    const memory = meter();
    const chunk = Buffer.alloc(MIB, 7);
    const source = function* () {
      for (let done = 0; done < SIZE; done += MIB) {
        memory();
        yield chunk;
      }
    };
    expect(await must(file.writeStream(source()))).toBe(SIZE);
    expect(memory()).toBeLessThan(MOST);
    await must(file.close());
    await must(share.remove(`w-${mode}`));
  });

  test('a file is read without holding it, however slow who takes it', async (context) => {
    needSamba(context);
    const path = join(samba.folders['share'] ?? '', `r-${mode}`);
    writeFileSync(path, '');
    truncateSync(path, SIZE);
    const share = await shareOf(samba, options);
    const file = await must(share.open(`r-${mode}`));
    const memory = meter();
    let total = 0;
    for await (const chunk of file.readStream()) {
      total += (await must(chunk)).length;
      if (total % (8 * MIB) === 0) await new Promise(setImmediate);
      memory();
    }
    expect(total).toBe(SIZE);
    expect(memory()).toBeLessThan(MOST);
    await must(file.close());
  });
});
