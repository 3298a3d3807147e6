import { measureJudge } from './judge';
import { measureSearch } from './search';

/** `npm run bench`: every claim of speed and cost, measured in one run. Ends with 1 where one does not hold. */
const areKept = [await measureSearch({ latencyItems: 120, tokenItems: 400 }), await measureJudge(400)];
process.exitCode = areKept.every(Boolean) ? 0 : 1;
