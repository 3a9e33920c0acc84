import { abortObligations } from './obligations/aborting.js';
import { appendObligations } from './obligations/append.js';
import { concurrencyObligations } from './obligations/concurrency.js';
import { confinementObligations } from './obligations/confinement.js';
import { createObligations } from './obligations/create.js';
import { digestObligations } from './obligations/digest.js';
import { leaseObligations } from './obligations/lease.js';
import { listObligations } from './obligations/list.js';
import { nameObligations } from './obligations/names.js';
import { probeObligations } from './obligations/probe.js';
import { publishObligations } from './obligations/publish.js';
import { readObligations } from './obligations/read.js';
import { removeObligations } from './obligations/remove.js';
import { renameObligations } from './obligations/rename.js';
import { scanObligations } from './obligations/scan.js';
import { timeObligations } from './obligations/times.js';
import type { Chapter } from './world.js';

/** The whole contract. */
export const CHAPTERS: readonly Chapter[] = [
  { name: 'stat and list:', obligations: listObligations },
  { name: 'scan:', obligations: scanObligations },
  { name: 'read:', obligations: readObligations },
  { name: 'digest:', obligations: digestObligations },
  { name: 'create:', obligations: createObligations },
  { name: 'append:', obligations: appendObligations },
  { name: 'publish:', obligations: publishObligations },
  { name: 'rename:', obligations: renameObligations },
  { name: 'remove and flush:', obligations: removeObligations },
  { name: 'times:', obligations: timeObligations },
  { name: 'names:', obligations: nameObligations },
  { name: 'probe:', obligations: probeObligations },
  { name: 'lease:', obligations: leaseObligations },
  { name: 'an aborted signal:', obligations: abortObligations },
  { name: 'many at once:', obligations: concurrencyObligations },
  { name: 'staying inside the root:', obligations: confinementObligations },
];
