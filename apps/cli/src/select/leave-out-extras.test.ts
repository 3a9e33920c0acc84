import { expect, test } from 'vitest';
import { leaveOutExtras } from './leave-out-extras.js';

test('a restore leaves extras out', () => {
  const place = (repo: string) => ({ source: 'mac', repo });
  expect(leaveOutExtras(['home', '_notes', '_plans', '_history'].map(place))).toEqual({
    places: [place('home'), place('_notes')],
    notes: [
      'left out: _plans, _history',
      '--repo NAME brings one back; it belongs in the folder above projects',
    ],
  });
  expect(leaveOutExtras([place('home')])).toEqual({ places: [place('home')], notes: [] });
});
