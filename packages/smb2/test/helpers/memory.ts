import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** How many bytes this process holds on to: on the heap and beside it, after all that is not needed is thrown away. */
export async function memoryHeld(): Promise<number> {
  for (let turn = 0; turn < 3; turn++) {
    collect();
    // What is released by a collection may release more in the next turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
