/**
 * Whether a parsed value surely is a dataset's line by the schema: written by hand because a dataset has millions of
 * lines, and a schema's own check takes longer than parsing them. False says only that the schema has to be asked.
 */
export function isSurelyLine(value: object): boolean {
  const line = value as Fields;
  if (line['spar'] !== 1) return false;
  switch (line['kind']) {
    case 'record':
      return isRecord(line);
    case 'decision':
      return isAbout(line) && isDecision(line);
    case 'change':
      return isAbout(line) && isChange(line);
    case 'deletion':
      return isAbout(line);
    default:
      return false;
  }
}

/** What `JSON.parse` gives, an array too: fields of arrays are never texts or numbers, so they fail as objects. */
type Fields = Readonly<Partial<Record<string, unknown>>>;

function isRecord(line: Fields): boolean {
  return (
    isRecordId(line['id']) &&
    isTime(line['created']) &&
    isInstruction(line['instruction']) &&
    typeof line['rejected'] === 'string' &&
    typeof line['chosen'] === 'string' &&
    isEvidence(line['evidence']) &&
    isMetrics(line['metrics']) &&
    (line['source'] === null || isSource(line['source'])) &&
    isStringOrNull(line['model']) &&
    (line['search'] === null || isObject(line['search']))
  );
}

function isAbout(line: Fields): boolean {
  return (
    isLineId(line['id']) &&
    isRecordId(line['record']) &&
    isTime(line['time']) &&
    isArrayOf(line['after'], isLineId) &&
    (line['undoes'] === undefined || isLineId(line['undoes']))
  );
}

function isDecision(line: Fields): boolean {
  const { status, by, changes, chosen, note } = line as Fields & Record<'status' | 'by', unknown>;
  return (
    (status === 'accepted' || status === 'rejected' || status === 'pending') &&
    isObject(by) &&
    (by['kind'] === 'person' || (by['kind'] === 'policy' && typeof by['name'] === 'string')) &&
    (changes === undefined || (isObject(changes) && areChanges(changes))) &&
    (chosen === undefined || isStringOrNull(chosen)) &&
    isOptionalString(note)
  );
}

function areChanges(changes: Fields): boolean {
  return (
    isArrayOf(changes['kept'], isCount) &&
    isArrayOf(
      changes['all'],
      (change) =>
        isObject(change) && typeof change['removed'] === 'string' && typeof change['added'] === 'string',
    )
  );
}

function isChange(line: Fields): boolean {
  const { tags, split, instruction, rejected, chosen, judgements } = line as Fields & Record<'tags', unknown>;
  return (
    (tags === undefined ||
      (isObject(tags) && isArrayOf(tags['add'], isString) && isArrayOf(tags['remove'], isString))) &&
    [split, rejected, chosen].every((text) => text === undefined || isStringOrNull(text)) &&
    (instruction === undefined || instruction === null || isInstruction(instruction)) &&
    (judgements === undefined || judgements === null || areJudgements(judgements))
  );
}

function areJudgements(value: unknown): boolean {
  return (
    isObject(value) &&
    isStringOrNull(value['model']) &&
    [value['rejected'], value['chosen']].every(
      (judged) =>
        isObject(judged) && isJudgement(judged['judgement']) && isArrayOf(judged['checks'], isCheck),
    )
  );
}

function isInstruction(value: unknown): boolean {
  if (typeof value === 'string') return true;
  return Array.isArray(value) && value.length > 0 && isArrayOf(value, isMessage);
}

function isMessage(value: unknown): boolean {
  if (!isObject(value) || typeof value['content'] !== 'string') return false;
  const role = value['role'];
  return role === 'user' || role === 'assistant' || role === 'system';
}

function isEvidence(value: unknown): boolean {
  return isObject(value) && isArrayOf(value['path'], isStep);
}

function isStep(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value['path'] === 'string' &&
    typeof value['origin'] === 'string' &&
    typeof value['text'] === 'string' &&
    typeof value['reflection'] === 'string' &&
    (value['judgement'] === null || isJudgement(value['judgement'])) &&
    isArrayOf(value['checks'], isCheck)
  );
}

function isJudgement(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { by, verdict, audit } = value as Fields & Record<'by', unknown>;
  return (
    (by === 'votes' || by === 'rules' || by === 'given') &&
    isShareOrNull(value['value']) &&
    isCount(value['yes']) &&
    isCount(value['no']) &&
    isCount(value['notDrawn']) &&
    isCount(value['unparsed']) &&
    typeof value['critique'] === 'string' &&
    isArrayOf(value['votes'], isVote) &&
    (verdict === undefined || verdict === 'yes' || verdict === 'no') &&
    (audit === undefined || isAudit(audit))
  );
}

function isAudit(value: unknown): boolean {
  return (
    isObject(value) &&
    isCount(value['yes']) &&
    isCount(value['no']) &&
    isCount(value['unparsed']) &&
    isArrayOf(value['votes'], isVote) &&
    isOptionalString(value['failure'])
  );
}

function isVote(value: unknown): boolean {
  if (!isObject(value)) return false;
  const verdict = value['verdict'];
  return (
    isCount(value['draw']) &&
    (verdict === 'yes' || verdict === 'no' || verdict === 'unparsed') &&
    typeof value['text'] === 'string'
  );
}

function isCheck(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { constraint, result } = value as Fields & Record<'constraint' | 'result', unknown>;
  return (
    isObject(constraint) &&
    typeof constraint['id'] === 'string' &&
    typeof constraint['type'] === 'string' &&
    isObject(constraint['args']) &&
    typeof constraint['text'] === 'string' &&
    (constraint['span'] === null || isSpan(constraint['span'])) &&
    isOptionalString(constraint['source']) &&
    isObject(result) &&
    isResult(result)
  );
}

function isResult(result: Fields): boolean {
  switch (result['state']) {
    case 'held':
      return true;
    case 'broken':
      return typeof result['message'] === 'string' && isArrayOf(result['spans'], isSpan);
    case 'unknown':
      return typeof result['message'] === 'string';
    default:
      return false;
  }
}

function isSpan(value: unknown): boolean {
  return isObject(value) && isCount(value['start']) && isCount(value['end']);
}

function isMetrics(value: unknown): boolean {
  return (
    isObject(value) &&
    isShareOrNull(value['value']) &&
    isCount(value['yes']) &&
    isCount(value['no']) &&
    isCount(value['notDrawn']) &&
    isShare(value['distance']) &&
    isShareOrNull(value['interference']) &&
    isObject(value['lengths']) &&
    isLength(value['lengths']['rejected']) &&
    isLength(value['lengths']['chosen'])
  );
}

function isLength(value: unknown): boolean {
  return isObject(value) && isCount(value['characters']) && isCount(value['words']);
}

function isSource(value: unknown): boolean {
  return (
    isObject(value) &&
    isOptionalString(value['file']) &&
    (value['row'] === undefined || isCount(value['row'])) &&
    isOptionalString(value['language']) &&
    isOptionalString(value['run']) &&
    isOptionalString(value['item']) &&
    (value['decision'] === undefined || isDecisionPlace(value['decision']))
  );
}

function isDecisionPlace(value: unknown): boolean {
  return isObject(value) && isRecordId(value['record']) && isLineId(value['line']);
}

const recordId = /^[0-9a-f]{40}$/u;

function isRecordId(value: unknown): boolean {
  return typeof value === 'string' && value.length === 40 && recordId.test(value);
}

function isLineId(value: unknown): boolean {
  return typeof value === 'string' && value.length > 0 && value.length <= 200;
}

/** In UTC and on a day that every month has. */
const plainTime =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z$/u;

/** Other valid forms are left to the schema, and days after the 28th, unless the month has them for sure. */
function isTime(value: unknown): boolean {
  return typeof value === 'string' && (plainTime.test(value) || lateDay.test(value));
}

const lateDay =
  /^\d{4}-(?:(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z$/u;

function isString(value: unknown): boolean {
  return typeof value === 'string';
}

function isOptionalString(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

function isStringOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && Number.isSafeInteger(value);
}

function isShare(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1;
}

function isShareOrNull(value: unknown): boolean {
  return value === null || isShare(value);
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isArrayOf(value: unknown, isElement: (element: unknown) => boolean): boolean {
  if (!Array.isArray(value)) return false;
  for (const element of value) if (!isElement(element)) return false;
  return true;
}
