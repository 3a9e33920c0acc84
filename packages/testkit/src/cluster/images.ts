import { runKubectl } from './run-kubectl.js';

/** What an image may be called, best first; the last is to be had everywhere. */
const CANDIDATES = {
  debian: ['docker.io/local/debian:1', 'docker.io/library/debian:bookworm-slim'],
  busybox: ['docker.io/local/busybox:1', 'docker.io/library/busybox:1.37-musl'],
} as const;

/** The images that pods are made of: named by the environment, or there already, or to be pulled. */
export async function findImages(): Promise<Readonly<Record<keyof typeof CANDIDATES, string>>> {
  const { SESSIONKEEP_TEST_IMAGE_DEBIAN: debian = '', SESSIONKEEP_TEST_IMAGE_BUSYBOX: busybox = '' } =
    process.env;
  const there = debian === '' || busybox === '' ? await imagesOfNodes() : new Set<string>();
  const choose = ([local, everywhere]: readonly [string, string], named: string): string => {
    if (named !== '') return named;
    return there.has(local) ? local : everywhere;
  };
  return { debian: choose(CANDIDATES.debian, debian), busybox: choose(CANDIDATES.busybox, busybox) };
}

async function imagesOfNodes(): Promise<ReadonlySet<string>> {
  const path = '{range .items[*].status.images[*]}{range .names[*]}{@}{"\\n"}{end}{end}';
  const names = await runKubectl(['get', 'nodes', '-o', `jsonpath=${path}`]);
  return new Set(names.split('\n'));
}
