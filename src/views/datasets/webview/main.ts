import { joinHost } from './host';
import { Page } from './page';

joinHost(
  'dataset',
  (root, host) => new Page(root, { ...host, kind: host.data === 'rows' ? 'rows' : 'dataset' }),
);
