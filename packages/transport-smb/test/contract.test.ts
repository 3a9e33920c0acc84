import { describeTransportContract, type ContractOptions, type Opened } from '@sessionkeep/testkit/contract';
import type { Samba } from '@sessionkeep/testkit/samba';
import { describeOnSamba, open, type Going } from './servers.js';
import { ShareDisk } from './share-disk.js';

async function openOn(samba: Samba<'share'>, going: Going = {}): Promise<Opened> {
  const disk = new ShareDisk(samba.folders.share);
  return {
    transport: await open(samba, { folder: disk.folder, ...going }),
    reopen: () => open(samba, { folder: disk.folder, ...going }),
    outside: disk.hooks(),
    cleanup: async () => disk.remove(),
  };
}

// What Samba does with these instead, `links.test.ts` says.
const without: ContractOptions['without'] = {
  link: 'Samba follows links inside the share by itself: they look like what they lead to',
  linkOut: 'Samba follows no link out of the share and shows none: there is nothing by that name',
  linkFolderOut: 'Samba follows no link out of the share and shows none: there is nothing by that name',
  pipe: 'Samba shows a FIFO as a file without bytes',
  foreignName: 'Samba shows no name that is no UTF-8',
};

describeOnSamba('Samba as it is installed', {}, (samba) => {
  describeTransportContract('signed', { open: () => openOn(samba(), { encryption: 'off' }), without });
});

describeOnSamba('Samba that demands encryption', { encrypt: 'required' }, (samba) => {
  describeTransportContract('encrypted', { open: () => openOn(samba()), without });
});

const old = { maxProtocol: 'SMB2_10', shares: { share: { caseSensitive: 'yes' } } } as const;
describeOnSamba('Samba that speaks SMB 2.1 and tells "a" from "A"', old, (samba) => {
  describeTransportContract('SMB 2.1, case-sensitive', { open: () => openOn(samba()), without });
});

describeOnSamba(
  'Samba that is asked one thing at a time',
  { shares: { share: { caseSensitive: 'no' } } },
  (samba) => {
    describeTransportContract('without compounds', {
      open: () => openOn(samba(), { compounds: false }),
      without,
    });
  },
);
