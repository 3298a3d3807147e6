import type { ChatMessage } from '../../spar/models/chatModel';
import type { Instruction } from '../../spar/refiner/instruction';
import { readLabels, type Label, type LabelKind, type LabelRole } from './labels';

/** Half-open range of UTF-16 offsets. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** An instruction and its response as labelled sections of a text. */
export interface SectionPair {
  /** Text, or the turns so far where the labels are those of a conversation; empty where the section is missing. */
  readonly instruction: Instruction;
  /** Where what the instruction is made of stands, in its order. */
  readonly asked: readonly TextRange[];
  /** Null where the section is missing. */
  readonly response: TextRange | null;
  readonly critique: string | null;
}

/** The labelled pairs of a text; a pair's texts are read when asked for, so that a long conversation costs one copy. */
export interface Sections {
  /** For each pair, from its first label to the next pair or the end of the text. */
  readonly ranges: readonly TextRange[];
  /** Undefined outside the list. */
  pair(index: number): SectionPair | undefined;
}

/**
 * The pairs of a text whose labels (`## Instruction`, `**Response:**`, `User:`, …) name them. The first two
 * labels that make a pair settle how this text writes its labels; lines that look like other labels
 * belong to the section they stand in, since responses have headings and role names of their own.
 */
export function readSections(text: string): Sections {
  const groups = groupsOf(fittingLabels(ownLabels(readLabels(text))));
  const parts = groups.map((labels, index): Part => {
    return { labels, end: groups[index + 1]?.[0]?.start ?? text.length };
  });
  return {
    ranges: parts.map(({ labels, end }) => ({ start: labels[0]?.start ?? 0, end })),
    pair: (index) => {
      const part = parts[index];
      if (part === undefined) return undefined;
      const response = contentOf(text, part, 'response');
      const critique = textIn(text, contentOf(text, part, 'critique'));
      const before = parts.slice(0, index + 1);
      const instruction = instructionOf(text, before);
      const asked = typeof instruction === 'string' ? askedIn(text, [part]) : askedIn(text, before);
      return { instruction, asked, response, critique: critique === '' ? null : critique };
    },
  };
}

interface Part {
  readonly labels: readonly Label[];
  readonly end: number;
}

/** What the last part asks, after the turns before it where they are a conversation. */
function instructionOf(text: string, parts: readonly Part[]): Instruction {
  const question = questionOf(text, parts.at(-1));
  if (question === '') return '';
  const isChat = parts.some((part) => part.labels.some((label) => chatNames.has(label.name)));
  const turns: ChatMessage[] = [];
  for (const part of isChat ? parts : parts.slice(-1)) {
    const system = textIn(text, contentOf(text, part, 'system'));
    if (system !== '') turns.push({ role: 'system', content: system });
    turns.push({ role: 'user', content: questionOf(text, part) });
    turns.push({ role: 'assistant', content: textIn(text, contentOf(text, part, 'response')) });
  }
  turns.pop();
  return turns.length === 1 ? question : turns;
}

/** Where the parts' questions stand and, of all but the last part, the answers. */
function askedIn(text: string, parts: readonly Part[]): readonly TextRange[] {
  return parts.flatMap((part, index) => {
    const roles: readonly LabelRole[] = ['system', 'instruction', 'input'];
    const answered: readonly LabelRole[] = index === parts.length - 1 ? roles : [...roles, 'response'];
    return answered.flatMap((role) => {
      const range = contentOf(text, part, role);
      return range === null || range.end === range.start ? [] : [range];
    });
  });
}

function questionOf(text: string, part: Part | undefined): string {
  if (part === undefined) return '';
  const asked = [
    textIn(text, contentOf(text, part, 'instruction')),
    textIn(text, contentOf(text, part, 'input')),
  ];
  return asked.filter((piece) => piece !== '').join('\n\n');
}

function contentOf(text: string, part: Part, role: LabelRole): TextRange | null {
  const at = part.labels.findIndex((label) => label.role === role);
  const label = part.labels[at];
  if (label === undefined) return null;
  const start = label.contentStart;
  const end = part.labels[at + 1]?.start ?? withoutPreface(text, { start, end: part.end });
  return trimmed(text, { start, end });
}

/** The text of a range with line ends as one character; nothing for no range. */
export function textIn(text: string, range: TextRange | null): string {
  return range === null ? '' : text.slice(range.start, range.end).replace(/\r\n?/g, '\n');
}

/** The range without the white space at either end; empty at its start where there is nothing else. */
export function trimmed(text: string, range: TextRange): TextRange {
  const content = text.slice(range.start, range.end);
  const kept = content.trim();
  if (kept === '') return { start: range.start, end: range.start };
  const start = range.start + content.length - content.trimStart().length;
  return { start, end: start + kept.length };
}

/** Names whose pairs follow from one another, as turns of one conversation. */
const chatNames: ReadonlySet<string> = new Set(['user', 'human']);

/** The labels written as the text's first pair writes them. */
function ownLabels(labels: readonly Label[]): readonly Label[] {
  const isAnswer = (label: Label, kind: LabelKind): boolean =>
    label.role === 'response' && label.kind === kind;
  const lastAnswers = new Map(
    labels.map((label, index) => [label.role === 'response' ? label.kind : null, index]),
  );
  const at = labels.findIndex(
    (label, index) => label.role === 'instruction' && (lastAnswers.get(label.kind) ?? -1) > index,
  );
  const first =
    labels[at] ?? labels.find((label) => label.role === 'instruction' || label.role === 'response');
  const answer =
    first === undefined ? undefined : labels.slice(at + 1).find((label) => isAnswer(label, first.kind));
  return labels.filter((label) => {
    if (label.kind !== first?.kind) return false;
    switch (label.role) {
      case 'instruction':
        return label.name === first.name && label.level === first.level;
      case 'response':
        return label.name === answer?.name && label.level === answer.level;
      case 'input':
      case 'critique':
      case 'system':
        return true;
    }
  });
}

/** The labels that can come where they come; any other is a line of the section it stands in. */
function fittingLabels(labels: readonly Label[]): readonly Label[] {
  const fitting: Label[] = [];
  for (const label of labels) {
    const before = fitting.at(-1)?.role ?? 'start';
    if (followers[before].includes(label.role)) fitting.push(label);
  }
  return fitting;
}

const followers: Readonly<Record<LabelRole | 'start', readonly LabelRole[]>> = {
  start: ['system', 'instruction', 'response'],
  system: ['instruction'],
  instruction: ['input', 'response'],
  input: ['response'],
  response: ['instruction', 'critique'],
  critique: ['instruction'],
};

/** The labels of each pair; never an empty group. */
function groupsOf(labels: readonly Label[]): readonly (readonly Label[])[] {
  const groups: Label[][] = [];
  for (const label of labels) {
    const group = groups.at(-1);
    const continues = label.role !== 'instruction' || group?.at(-1)?.role === 'system';
    if (group !== undefined && continues) group.push(label);
    else groups.push([label]);
  }
  return groups;
}

/** Where a pair's last section ends when rules and headings that belong to the next pair stand at its end. */
function withoutPreface(text: string, range: TextRange): number {
  if (range.end === text.length) return range.end;
  let { end } = range;
  for (;;) {
    const last = trimmed(text, { start: range.start, end });
    const lineStart = Math.max(text.lastIndexOf('\n', last.end - 1) + 1, range.start);
    const line = text.slice(lineStart, last.end);
    if (last.end === last.start || !/^ {0,3}(?:#{1,6}[ \t]|-{3,}$|\*{3,}$|_{3,}$)/u.test(line)) return end;
    end = lineStart;
  }
}
