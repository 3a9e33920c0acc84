import type { World } from '../../src/world.js';

/** A world in which nothing of this machine shows. */
export function testWorld(changes: Partial<World> = {}): World {
  return {
    cwd: '/work',
    env: {},
    home: '/home/anna',
    hostname: 'annas-mac.local',
    signal: new AbortController().signal,
    now: () => Date.UTC(2026, 2, 31, 12),
    version: '0.0.0-test',
    ...changes,
  };
}
