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
  { title: 'refused', of: ['refused'], fold: 'trouble' },
  { title: 'failed', of: ['failed'], fold: 'trouble' },
  { title: 'damaged', of: ['damaged'], fold: 'trouble' },
  { title: 'gone', of: ['retained'] },
];

export const VERIFY_COLUMNS: readonly CountColumn[] = [
  { title: 'matching', of: ['matching'], always: true },
  { title: 'grown', of: ['grown'], always: true },
  { title: 'changed', of: ['changed'], fold: 'not kept yet' },
  { title: 'new', of: ['new'], fold: 'not kept yet' },
  { title: 'gone', of: ['retained'] },
  { title: 'divergent', of: ['divergent'], fold: 'damage' },
  { title: 'missing', of: ['missing'], fold: 'damage' },
  { title: 'corrupt', of: ['corrupt'], fold: 'damage' },
  { title: 'refused', of: ['refused'], fold: 'trouble' },
  { title: 'failed', of: ['failed'], fold: 'trouble' },
];

export const RESTORE_COLUMNS: readonly CountColumn[] = [
  { title: 'restored', of: ['restored'], always: true },
  { title: 'identical', of: ['identical'] },
  { title: 'elsewhere', of: ['elsewhere'] },
  { title: 'refused', of: ['refused'] },
  { title: 'failed', of: ['failed'] },
  { title: 'corrupt', of: ['corrupt'], fold: 'damage' },
  { title: 'lost', of: ['lost'], fold: 'damage' },
];
