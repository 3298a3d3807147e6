import { joinHost } from '../../datasets/webview/host';
import { QueuePage } from './queuePage';

joinHost('queue', (root, host) => new QueuePage(root, host));
