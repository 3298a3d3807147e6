import type { Severity } from './finding';

export interface CodeDescription {
  readonly severity: Severity;
  /** A few words for lists, menus and filters. */
  readonly title: string;
  /** Why it hurts, and what to do about it, for a person. */
  readonly explanation: string;
}

/** Everything that lint can find. Codes are stable: settings, scripts and saved filters name them. */
export const findingCodes = {
  'damaged-line': {
    severity: 'error',
    title: 'Damaged line',
    explanation:
      'The line is no line of a dataset: not JSON, or not of the schema. It is kept as it is and used for nothing. Mend it, or cut it out.',
  },
  'unknown-line': {
    severity: 'warning',
    title: 'Line of a newer version',
    explanation:
      'A newer version of SPaR wrote the line, and this one can’t read it. What it says is not counted. Update SPaR.',
  },
  'torn-line': {
    severity: 'warning',
    title: 'Last line cut off',
    explanation:
      'The last line has no end: a write was cut short, or is still going on. The next append leaves it as it is, on a line of its own.',
  },
  'empty-text': {
    severity: 'error',
    title: 'Empty text',
    explanation: 'Instruction, chosen or rejected text is blank. There is nothing to learn from such a pair.',
  },
  'equal-texts': {
    severity: 'error',
    title: 'Chosen equals rejected',
    explanation:
      'Both answers are the same text. The pair says nothing, and some trainers divide by zero or learn to doubt a right answer.',
  },
  'equal-but-spaces': {
    severity: 'information',
    title: 'Differs in white space only',
    explanation:
      'Chosen and rejected differ in nothing but spaces and line breaks. That is right where the layout was asked for, and noise elsewhere.',
  },
  'equal-after-cut': {
    severity: 'error',
    title: 'Equal after the trainer’s cut',
    explanation:
      'The trainer cuts long rows, and what is left of chosen and rejected is the same text. Raise its cutoff, or leave the pair out.',
  },
  'cut-short': {
    severity: 'information',
    title: 'Cut short by the trainer',
    explanation:
      'The row is longer than the trainer’s cutoff. The ends of the answers, or of the instruction, are never seen. Raise the cutoff, or shorten the row.',
  },
  'broken-constraint': {
    severity: 'error',
    title: 'Chosen breaks a constraint',
    explanation:
      'Code has verified that the chosen answer breaks what the instruction asks for. The model would be taught to disobey.',
  },
  'unfounded-rejection': {
    severity: 'warning',
    title: 'Nothing against the rejected answer',
    explanation:
      'The rejected answer breaks no verified constraint, and no vote said No. The model may be taught to avoid a right answer.',
  },
  interference: {
    severity: 'warning',
    title: 'Needless changes',
    explanation:
      'Much of what differs between the answers mended no broken constraint. Such changes distract: the model can’t tell which of them mattered.',
  },
  'length-bias': {
    severity: 'warning',
    title: 'Length bias',
    explanation:
      'Over the whole set the chosen answers are longer, or shorter, than the rejected ones. The model learns the length before anything else. Balance the set.',
  },
  duplicate: {
    severity: 'warning',
    title: 'Duplicate',
    explanation:
      'Another record has the same instruction and the same answers, but for case and white space. It counts twice in training.',
  },
  'near-duplicate': {
    severity: 'warning',
    title: 'Near duplicate',
    explanation:
      'Another record has nearly the same instruction and nearly the same chosen answer. Such pairs weigh too much in training.',
  },
  'similar-instruction': {
    severity: 'information',
    title: 'Similar instruction',
    explanation:
      'Another record has nearly the same instruction, with another answer. Many of one kind narrow what the model learns.',
  },
  'similar-chosen': {
    severity: 'information',
    title: 'Similar answer to another instruction',
    explanation:
      'Another instruction has nearly the same chosen answer. A stock answer in many pairs teaches the model to give it whatever is asked.',
  },
  'split-leak': {
    severity: 'error',
    title: 'Instruction in two splits',
    explanation:
      'The same instruction is in more than one split, for example train and test. What is measured on it is memory, not skill.',
  },
  'near-split-leak': {
    severity: 'warning',
    title: 'Similar instruction in two splits',
    explanation:
      'Nearly the same instruction is in another split, for example train and test. Measurements on it may be too good.',
  },
  'evaluation-prompt': {
    severity: 'error',
    title: 'Evaluation prompt',
    explanation:
      'The instruction is a prompt of the evaluation. Results on that evaluation would mean nothing. Leave the pair out.',
  },
  'evaluation-overlap': {
    severity: 'warning',
    title: 'Overlaps an evaluation prompt',
    explanation:
      'The instruction shares long runs of words with a prompt of the evaluation. Look at both, and leave the pair out if it is a copy.',
  },
  'leaked-marker': {
    severity: 'error',
    title: 'Marker in an answer',
    explanation:
      'The answer holds a marker of prompts, chat templates or reasoning, such as [[end]] or <|im_end|>. The model would learn to write it.',
  },
  'leaked-critique': {
    severity: 'warning',
    title: 'Critique in the answer',
    explanation:
      'The chosen answer holds words about the answer, from the critique or about the refinement, instead of answering alone.',
  },
  refusal: {
    severity: 'warning',
    title: 'Refusal as chosen',
    explanation:
      'The chosen answer refuses or apologises, and the instruction asks for neither. The model would learn to refuse.',
  },
  mojibake: {
    severity: 'warning',
    title: 'Wrongly decoded text',
    explanation:
      'UTF-8 was read as another encoding: “Ã©” stands where “é” should be. The model would learn to write it.',
  },
  'replacement-character': {
    severity: 'warning',
    title: 'Replacement character',
    explanation: 'U+FFFD stands where a character could not be read. The text has to be mended by hand.',
  },
  'lone-surrogate': {
    severity: 'error',
    title: 'Half a character',
    explanation:
      'A lone surrogate is half a character. Many readers refuse the whole file, and others write a question mark.',
  },
  'control-character': {
    severity: 'warning',
    title: 'Control character',
    explanation: 'The text holds characters that nobody sees: control codes, or marks that reorder a line.',
  },
  secret: {
    severity: 'error',
    title: 'Secret',
    explanation:
      'The text holds what looks like a key, token or password. Withdraw it at its provider. The fix takes it out of the text; the record’s own line keeps it until the record is deleted and the dataset compacted.',
  },
  'email-address': {
    severity: 'warning',
    title: 'E-mail address',
    explanation: 'The text holds an e-mail address that may be a person’s. A model can repeat it to others.',
  },
  'phone-number': {
    severity: 'warning',
    title: 'Phone number',
    explanation: 'The text holds a phone number that may be a person’s. A model can repeat it to others.',
  },
  'account-number': {
    severity: 'warning',
    title: 'Card or account number',
    explanation:
      'The text holds the number of a card, a bank account or a social insurance, with check digits that fit. A model can repeat it to others.',
  },
} as const satisfies Readonly<Record<string, CodeDescription>>;

/**
 * Codes whose fixes take nothing away that anyone would miss, and so are made without being named: damage of encodings,
 * and pairs that can teach nothing. All others choose between pairs, judge what an answer says or cut a part of it out,
 * move a pair from split to split, or would leave a secret in the file and no finding of it.
 */
export const plainlyFixed: readonly (keyof typeof findingCodes)[] = [
  'empty-text',
  'equal-texts',
  'mojibake',
  'lone-surrogate',
  'control-character',
];
