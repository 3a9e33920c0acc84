import type { CountColumn } from './count-table.js';

export const BACKUP_COLUMNS: readonly CountColumn[] = [
  { title: 'files', of: ['files'], always: true },
  { title: 'same', of: ['unchanged'], always: true },
  { title: 'new', of: ['copied'], always: true },
  { title: 'grown', of: ['appended'], always: true },
  { title: 'rewritten', of: ['superseded'], fold: 'other' },
  { title: 'touched', of: ['restamped'], fold: 'other' },
  { title: 'adopted', of: ['adopted'], fold: 'other' },
  { title: 'mended', of: ['mended'], fold: 'other' },
  { title: 'refused', of: ['refused'], fold: 'trouble', tone: 'warning' },
  { title: 'failed', of: ['failed'], fold: 'trouble', tone: 'alarm' },
  { title: 'damaged', of: ['damaged'], fold: 'trouble', tone: 'alarm' },
  { title: 'gone', of: ['retained'] },
  { title: 'not done', of: ['stopped'], tone: 'warning' },
];

export const VERIFY_COLUMNS: readonly CountColumn[] = [
  { title: 'matching', of: ['matching'], always: true },
  { title: 'grown', of: ['grown'], always: true },
  { title: 'changed', of: ['changed'], fold: 'not kept yet' },
  { title: 'new', of: ['new'], fold: 'not kept yet' },
  { title: 'gone', of: ['retained'] },
  { title: 'divergent', of: ['divergent'], fold: 'damage', tone: 'alarm' },
  { title: 'missing', of: ['missing'], fold: 'damage', tone: 'alarm' },
  { title: 'corrupt', of: ['corrupt'], fold: 'damage', tone: 'alarm' },
  { title: 'refused', of: ['refused'], fold: 'trouble', tone: 'warning' },
  { title: 'failed', of: ['failed'], fold: 'trouble', tone: 'alarm' },
];

export const RESTORE_COLUMNS: readonly CountColumn[] = [
  { title: 'restored', of: ['restored'], always: true },
  { title: 'identical', of: ['identical'] },
  { title: 'elsewhere', of: ['elsewhere'] },
  { title: 'refused', of: ['refused'], tone: 'warning' },
  { title: 'failed', of: ['failed'], tone: 'alarm' },
  { title: 'corrupt', of: ['corrupt'], fold: 'damage', tone: 'alarm' },
  { title: 'lost', of: ['lost'], fold: 'damage', tone: 'alarm' },
  { title: 'not done', of: ['stopped'], tone: 'warning' },
];
